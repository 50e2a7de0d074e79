#!/usr/bin/env bash
# Looks in a built program for functions that the compiler got wrong: they may throw, end in a jump to memset, memcpy
# or memmove, and leave in the error register what they used it for, so that their caller takes a success for an error
# (docs/decisions/0004-throwing-functions-that-end-in-memset.md).
#
#   check-error-register.sh PROGRAM...   one line a function, exit status 1 where there is one
#   check-error-register.sh --self-test  sees that a breach is told from functions that are right
set -euo pipefail

# Reads a disassembly. A function that pushes r12 restores it as any other does; one that does not and yet writes it
# takes or throws errors. Right is one whose last write to r12 before the jump brings back what it found there.
find_breaches() {
    awk '
        /^[0-9a-f]+ <.*>:$/ {
            name = $2; sub(/^</, "", name); sub(/>:$/, "", name)
            pushes = written = 0; saved = ""
        }
        /\tpush +%r12/ { pushes = 1 }
        /\tmov +%r12,/ && saved == "" { saved = $0; sub(/.*%r12,/, "", saved); sub(/[ \t].*/, "", saved) }
        /,%r12[dwb]?([ \t]|$)/ && !/\t(cmp|test)/ {
            source = $0; sub(/.*\tmov[a-z]* +/, "", source); sub(/,%r12.*/, "", source)
            written = !(saved != "" && source == saved)
        }
        /\tjmp .*<mem(set|cpy|move)@plt>/ && written && !pushes { print name; bad = 1 }
        END { exit bad }'
}

self_test() {
    local head=$'0000000000000010 <f>:\n 10:\tmov    %r12,-0x20(%rsp)\n'
    local use=$' 14:\tmov    0x20(%rcx),%r12\n' jump=$' 1a:\tjmp    90 <memset@plt>\n'
    if printf '%s' "$head$use$jump" | find_breaches >/dev/null; then
        echo 'error register self-test: a breach was not seen'
        return 1
    fi
    local right
    for right in "$head$use"$' 18:\tmov    -0x20(%rsp),%r12\n'"$jump" "$head$jump" "$head$use" \
        $'0000000000000010 <f>:\n 10:\tpush   %r12\n'"$use$jump"; do
        printf '%s' "$right" | find_breaches || { echo 'error register self-test: a good function was refused'; return 1; }
    done
    echo 'error register self-test: 1 breach caught'
}

if [[ ${1:-} == --self-test ]]; then
    self_test
    exit
fi
if [[ $(uname -m) != x86_64 ]]; then
    echo 'error register: looked at on x86-64 only'
    exit 0
fi
status=0
for program in "$@"; do
    objdump -d --no-show-raw-insn --wide "$program" | find_breaches | sed "s|^|$program: |" || status=1
done
[[ $status -ne 0 ]] || echo "error register: no breach in $*"
exit "$status"
