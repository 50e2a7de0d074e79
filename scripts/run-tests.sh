#!/usr/bin/env bash
# Builds and runs the tests with the arguments given to swift, and closes with what was skipped: a run in which
# half the tests found no models must not look like a full one.
#
#   run-tests.sh LOG [ARGUMENT of swift build and swift test...] [-- ARGUMENT of swift test...]
set -euo pipefail
cd "$(dirname "$0")/.."

log=$1
shift
build=()
while [[ $# -gt 0 && $1 != -- ]]; do build+=("$1"); shift; done
[[ $# -eq 0 ]] || shift

mkdir -p "$(dirname "$log")"
swift build --build-tests "${build[@]}"
status=0
swift test --skip-build "${build[@]}" "$@" 2>&1 | tee "$log" || status=$?

echo
grep -E 'Test run with [0-9]+ test' "$log" | tail -n 1 || echo 'no closing line of the test run was found'
skipped=$(grep -cE '(Test|Suite) ("[^"]*"|[^" ]+) skipped' "$log" || true)
if [[ $skipped -gt 0 ]]; then
    echo "!!! $skipped SKIPPED, so this was not a full run:"
    grep -E '(Test|Suite) ("[^"]*"|[^" ]+) skipped' "$log" | sed 's/^[^A-Za-z]*/!!!   /' | sort -u
else
    echo 'nothing was skipped'
fi
[[ $status -eq 0 ]] || echo "TESTS FAILED (exit status $status); the whole output is in $log"
exit "$status"
