#!/usr/bin/env bash
# Timings on this machine: the search index, and a network where MODEL (a file) and SHAPE are given.
set -euo pipefail
cd "$(dirname "$0")/.."

arcface=.build/release/arcface
threads=${THREADS:-1}
if [[ -n ${MODEL:-} ]]; then
    echo "== $MODEL, ${SHAPE:-1x3x112x112}, $threads thread(s)"
    "$arcface" bench "$MODEL" --shape "${SHAPE:-1x3x112x112}" --threads "$threads" --seconds "${SECONDS_EACH:-5}" --json
else
    echo 'bench: no network; give MODEL=file.onnx SHAPE=1x3x112x112 for one' >&2
fi
for count in 10000 100000; do
    echo "== search among $count faces of 512 numbers, $threads thread(s)"
    "$arcface" bench search --count "$count" --dimension 512 --threads "$threads" --json
done
