#!/usr/bin/env bash
# All tests, optimised: the networks are a hundred times slower in a debug build. Then a look at the machine code.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/run-tests.sh .build/test.log -c release
scripts/check-error-register.sh .build/release/*.xctest
