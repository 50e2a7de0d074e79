#!/usr/bin/env bash
# All tests under one sanitizer, in a build folder of its own.
#
#   sanitize.sh thread|address [ARGUMENT of swift test...]
set -euo pipefail
cd "$(dirname "$0")/.."

sanitizer=$1
shift
case $sanitizer in
    thread) folder=.build/tsan ;;
    address) folder=.build/asan ;;
    *) echo "sanitize.sh: $sanitizer is neither thread nor address" >&2; exit 2 ;;
esac

export TSAN_OPTIONS="halt_on_error=0 exitcode=66 second_deadlock_stack=1${TSAN_OPTIONS:+ $TSAN_OPTIONS}"
# Leaks are looked for by hand: the Swift runtime keeps metadata that LeakSanitizer takes for leaks.
export ASAN_OPTIONS="detect_leaks=0 detect_stack_use_after_return=1${ASAN_OPTIONS:+ $ASAN_OPTIONS}"
echo "== $sanitizer sanitizer"
exec scripts/run-tests.sh "$folder/test.log" -c release --sanitize="$sanitizer" --scratch-path "$folder" -- "$@"
