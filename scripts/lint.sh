#!/usr/bin/env bash
# The cheap checks: format, shell syntax, the target ladder, and what stands in the sources.
set -euo pipefail
cd "$(dirname "$0")/.."

swift format lint --strict --parallel -r Sources Tests Package.swift
for script in scripts/*.sh .ci/run; do bash -n "$script"; done
scripts/check-ladder.sh --self-test
scripts/check-ladder.sh
scripts/check-sources.sh --self-test
scripts/check-sources.sh
scripts/check-error-register.sh --self-test
echo 'lint: clean'
