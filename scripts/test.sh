#!/usr/bin/env bash
# All tests, optimised: the networks are a hundred times slower in a debug build.
set -euo pipefail
exec "$(dirname "$0")/run-tests.sh" .build/test.log -c release
