#!/usr/bin/env bash
# What may not stand in the sources: words that mark unfinished work, and unchecked concurrency without a reason.
# Comments end at the 110th column, but for formulas, which have more than one space in them. Files over 400 lines are
# listed, each a place to ask whether it is one idea.
#
#   check-sources.sh [ROOT]       checks ROOT/Sources and ROOT/Tests
#   check-sources.sh --self-test  sees that each breach is caught
set -euo pipefail

check() {
    # Columns are characters: a byte that goes on with one is none of its own.
    (cd "$1" && export LC_ALL=C && find Sources Tests -type f \( -name '*.swift' -o -name '*.c' -o -name '*.h' \) -print0 |
        sort -z | xargs -0 awk '
            function breach(text) { print FILENAME ":" FNR ": " text; bad = 1 }
            FNR == 1 { if (lines > 400) print "note: " file " has " lines " lines"; file = FILENAME; above = "" }
            { lines = FNR }
            /(^|[^A-Za-z])(TODO|FIXME|XXX)([^A-Za-z]|$)/ { breach("marks unfinished work") }
            /fatalError\("(to come|written next|unimplemented|not implemented)/ { breach("a body that is not written") }
            /@unchecked Sendable|nonisolated\(unsafe\)/ && !/^[ \t]*\/\// && !/\/\/ / {
                if (above !~ /^[ \t]*\/\//) breach("unchecked concurrency without a comment above that says what makes it safe")
            }
            /^[ \t]*\/\// {
                text = $0
                gsub(/[\200-\277]/, "", text)
                if (length(text) > 110 && text !~ /\/ .*  /) breach("a comment beyond column 110")
            }
            # Attributes and #if lines may stand between a comment and its declaration.
            !/^[ \t]*(@[A-Za-z_]+(\([^)]*\))?|#(if|else|elseif|endif).*)[ \t]*$/ { above = $0 }
            END { if (lines > 400) print "note: " file " has " lines " lines"; exit bad }')
}

self_test() {
    local work text
    work=$(mktemp -d)
    trap 'rm -rf "$work"' RETURN
    mkdir -p "$work/Sources/A" "$work/Tests"
    printf '// Guarded by its queue.\nfinal class A: @unchecked Sendable {}\n' >"$work/Sources/A/A.swift"
    check "$work" >"$work/out" || { cat "$work/out"; echo 'sources self-test: a good tree was refused'; return 1; }
    local texts=('// TO''DO: later' '/* FIX''ME */' 'struct B: @unchecked Sendable {}' 'nonisolated(unsafe) var x = 1'
        "// $(printf 'long %.0s' {1..30})")
    for text in "${texts[@]}"; do
        printf 'let a = 1\n%s\n' "$text" >"$work/Sources/A/B.swift"
        if check "$work" >"$work/out"; then echo "sources self-test: not caught: $text"; return 1; fi
    done
    echo "sources self-test: ${#texts[@]} breaches caught"
}

if [[ ${1:-} == --self-test ]]; then
    self_test
elif check "${1:-$(dirname "$0")/..}"; then
    echo 'sources: clean'
else
    exit 1
fi
