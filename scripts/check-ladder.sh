#!/usr/bin/env bash
# Holds the target ladder: the table in docs/architecture.md says which of our targets each may import, every
# one of them in a row above its own; imports and Package.swift must agree with it.
#
#   check-ladder.sh [ROOT]       checks the tree, exit status 1 and one line a breach
#   check-ladder.sh --self-test  breaks small trees in every way and sees that each is caught
set -euo pipefail

# Rows of the table as "target allowed allowed ...", in the table's order.
ladder() {
    awk -F '|' '
        function words(text) { gsub(/[`,]/, " ", text); return text }
        /^\| *`/ {
            count = split(words($2), row, " ")
            allowed = words($4)
            if (allowed ~ /all above|and below/) allowed = above
            if (allowed ~ /^ *-+ *$/) allowed = ""
            for (i = 1; i <= count; i++) print row[i] " " allowed
            for (i = 1; i <= count; i++) above = above " " row[i]
        }' "$1/docs/architecture.md"
}

# Dependencies in Package.swift as "target dependency dependency ...".
package() {
    # The manifest on one line, then one line a target; comments go first.
    sed 's|//.*||' "$1/Package.swift" | tr '\n' ' ' |
        sed -E 's/library\( *"|\.(target|executableTarget|systemLibrary)\( *name: *"/\n@/g' |
        awk '
            /^@/ {
                text = substr($0, 2)
                name = text; sub(/".*/, "", name)
                if (match(text, /path: *"Tests/)) next
                dependencies = ""
                rest = substr(text, length(name) + 2)
                # Of a call of library(), the list that follows; of a target, the one called dependencies.
                if (rest ~ /^ *, *\[/ || rest ~ /^ *, *dependencies: *\[/) {
                    sub(/^[^[]*\[/, "", rest); sub(/\].*/, "", rest)
                    gsub(/[",]/, " ", rest); dependencies = rest
                }
                print name " " dependencies
            }'
}

# Imports of our own targets as "target file:line imported".
imports() {
    (cd "$1" && find Sources -type f \( -name '*.swift' -o -name '*.c' -o -name '*.h' -o -name '*.S' \) -print0 |
        xargs -0 -r awk '
            FNR == 1 { split(FILENAME, part, "/") }
            {
                line = $0
                if (FILENAME ~ /\.swift$/) {
                    while (sub(/^[ \t]*(@[A-Za-z_]+(\([^)]*\))?|public|package|internal|fileprivate|private)[ \t]+/, "", line)) {}
                    if (!sub(/^[ \t]*import[ \t]+/, "", line)) next
                    sub(/^(struct|class|enum|protocol|func|var|let|typealias)[ \t]+/, "", line)
                    sub(/[^A-Za-z0-9_].*/, "", line)
                } else {
                    if (!sub(/^[ \t]*#[ \t]*include[ \t]*["<]/, "", line)) next
                    sub(/\.h[">].*/, "", line); sub(/.*\//, "", line)
                }
                print part[2] " " FILENAME ":" FNR " " line
            }')
}

check() {
    local root=$1
    { ladder "$root" | sed 's/^/ladder /'
      package "$root" | sed 's/^/package /'
      (cd "$root/Sources" && find . -mindepth 1 -maxdepth 1 -type d | sed 's|^\./|folder |' | sort)
      imports "$root" | sed 's/^/import /'
    } | awk '
        function breach(text) { print "ladder: " text; bad = 1 }
        $1 == "ladder" {
            row[$2] = NR; rows++
            for (i = 3; i <= NF; i++) {
                may[$2, $i] = 1
                if (!($i in row) || row[$i] >= row[$2])
                    breach("docs/architecture.md lets " $2 " import " $i ", which stands no higher")
            }
        }
        $1 == "package" {
            declared[$2] = 1
            if (!($2 in row)) { breach("Package.swift has target " $2 ", docs/architecture.md has not"); next }
            for (i = 3; i <= NF; i++) {
                depends[$2, $i] = 1
                if (!(($2, $i) in may)) breach("Package.swift lets " $2 " depend on " $i ", the table does not")
            }
        }
        $1 == "folder" {
            folders++
            if (!($2 in row)) breach("Sources/" $2 " is not in the table of docs/architecture.md")
            if (!($2 in declared)) breach("Sources/" $2 " is not a target in Package.swift")
        }
        $1 == "import" && ($4 in row) && $4 != $2 {
            imports++
            if (!(($2, $4) in may)) breach($3 ": " $2 " may not import " $4)
            else if (!(($2, $4) in depends)) breach($3 ": " $2 " imports " $4 " without depending on it in Package.swift")
        }
        END {
            if (rows == 0) breach("no table found in docs/architecture.md")
            if (folders == 0) breach("no targets found in Sources")
            if (!bad) print "ladder: " rows " targets, " imports + 0 " imports, none upwards"
            exit bad
        }'
}

# A tree of three targets that keeps the rules.
make_tree() {
    mkdir -p "$1/docs" "$1/Sources/CLow/include" "$1/Sources/Middle" "$1/Sources/High"
    printf '%s\n' '| target | role | imports of ours |' '| --- | --- | --- |' '| `CLow` | c | - |' \
        '| `Middle` | m | CLow |' '| `High` | h | all above |' >"$1/docs/architecture.md"
    printf '%s\n' 'func library(_ name: String) {}' '.target(name: "CLow", cSettings: strictC),' \
        'library("Middle", ["CLow"]), // below' 'library(' '    "High",' '    [' '        "CLow",' '        "Middle",' \
        '    ]),' >"$1/Package.swift"
    : >"$1/Sources/CLow/low.c"
    printf 'import CLow\nimport Foundation\n' >"$1/Sources/Middle/Middle.swift"
    printf '@preconcurrency package import Middle\nimport struct CLow.Thing\n' >"$1/Sources/High/High.swift"
}

self_test() {
    local work
    work=$(mktemp -d)
    trap 'rm -rf "$work"' RETURN
    make_tree "$work/good"
    check "$work/good" >"$work/out" || { cat "$work/out"; echo 'ladder self-test: a good tree was refused'; return 1; }

    local cases=(
        'import High|Sources/Middle/Middle.swift|Middle.swift:3: Middle may not import High'
        'package import High|Sources/Middle/Middle.swift|Middle may not import High'
        '@preconcurrency import High|Sources/Middle/Middle.swift|Middle may not import High'
        '@_exported public import class High.Thing|Sources/Middle/Middle.swift|Middle may not import High'
        '    import High // indented|Sources/Middle/Middle.swift|Middle may not import High'
        '#include "Middle.h"|Sources/CLow/low.c|CLow may not import Middle'
        'library("Extra", []),|Package.swift|Package.swift has target Extra'
        '.target(name: "CLow", dependencies: ["High"]),|Package.swift|lets CLow depend on High'
        '| `Lowest` | x | Missing |^^|docs/architecture.md|lets Lowest import Missing'
    )
    local case line file expected
    for case in "${cases[@]}"; do
        if [[ $case == *'^^'* ]]; then
            line=${case%%^^*} file=docs/architecture.md expected=${case##*|}
        else
            IFS='|' read -r line file expected <<<"$case"
        fi
        rm -rf "$work/bad" && make_tree "$work/bad"
        printf '%s\n' "$line" >>"$work/bad/$file"
        if check "$work/bad" >"$work/out"; then
            echo "ladder self-test: not caught: $line in $file"; return 1
        fi
        grep -qF -- "$expected" "$work/out" || { cat "$work/out"; echo "ladder self-test: expected: $expected"; return 1; }
    done
    echo "ladder self-test: ${#cases[@]} breaches caught"
}

if [[ ${1:-} == --self-test ]]; then
    self_test
else
    check "${1:-$(dirname "$0")/..}"
fi
