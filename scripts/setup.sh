#!/usr/bin/env bash
# Makes sure that swift and the C libraries are there. Installs Debian packages that are missing, and nothing else.
set -euo pipefail

fail() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

check_swift() {
    command -v swift >/dev/null 2>&1 ||
        fail 'swift is not on the PATH. Install Swift 6.2 or newer from https://www.swift.org/install/linux/ and try again.'
}

# A header by its path below an include folder, and the package that brings it.
libraries=(
    'cblas.h libopenblas-dev'
    'jpeglib.h libjpeg-dev'
    'png.h libpng-dev'
    'sqlite3.h libsqlite3-dev'
)

has_header() {
    local folder
    for folder in /usr/include /usr/include/*-linux-gnu /usr/local/include /usr/include/openblas; do
        [[ -e $folder/$1 ]] && return 0
    done
    return 1
}

missing_packages() {
    local entry
    for entry in "${libraries[@]}"; do
        has_header "${entry% *}" || printf '%s\n' "${entry#* }"
    done
}

as_root() {
    if [[ $(id -u) -eq 0 ]]; then
        "$@"
    else
        sudo "$@"
    fi
}

install_packages() {
    local command="apt-get update && apt-get install -y --no-install-recommends $*"
    command -v apt-get >/dev/null 2>&1 ||
        fail "these libraries' development files are missing and there is no apt-get to install them: $*"
    [[ $(id -u) -eq 0 ]] || command -v sudo >/dev/null 2>&1 ||
        fail "missing: $*. Installing needs root and there is no sudo. Run as root: $command"
    printf 'setup: installing %s (with %sapt-get)\n' "$*" "$([[ $(id -u) -eq 0 ]] || printf 'sudo ')"
    as_root apt-get update || fail "apt-get update failed; once it works, run: $command"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" ||
        fail "apt-get could not install $*; see its message above"
}

check_swift
mapfile -t missing < <(missing_packages)
if [[ ${#missing[@]} -gt 0 ]]; then
    install_packages "${missing[@]}"
    mapfile -t missing < <(missing_packages)
    [[ ${#missing[@]} -eq 0 ]] || fail "still missing after the installation: ${missing[*]}"
    printf 'setup: done\n'
fi
