#!/usr/bin/env bash
# The fuzz tests, longer and with other inputs than `make test` gives them. A failure prints its seed;
# ARCFACE_FUZZ_SEED set to the number printed here runs the same inputs again.
set -euo pipefail
cd "$(dirname "$0")/.."

export ARCFACE_FUZZ_ITERATIONS=${1:-50}
export ARCFACE_FUZZ_SEED=${ARCFACE_FUZZ_SEED:-$(date +%Y%m%d)}
echo "fuzz: ARCFACE_FUZZ_ITERATIONS=$ARCFACE_FUZZ_ITERATIONS ARCFACE_FUZZ_SEED=$ARCFACE_FUZZ_SEED"
# Suites that fuzz say so in their name.
exec scripts/run-tests.sh .build/fuzz.log -c release -- --filter '[Ff]uzz'
