#!/bin/bash
# Exit status 0 when the service of this container is ready. Needs bash alone: the image has no curl.
#
#   healthcheck.sh [PID]    PID is the process that serves, the container's first if not given
#
# Where it listens is what `serve` itself makes of its file, the environment and its options: the words that the process was
# started with are run once more with --print-config.
set -u

process=/proc/${1:-1}
mapfile -d '' -t words <"$process/cmdline" || exit 1
# An init of the container's may stand before them.
while ((${#words[@]})) && [[ ${words[0]##*/} != arcface ]]; do words=("${words[@]:1}"); done
if ((${#words[@]} == 0)); then
    echo "process ${1:-1} is no arcface" >&2
    exit 1
fi
# Relative paths are meant from there.
cd -P "$process/cwd" 2>/dev/null || true
config=$("${words[@]}" --print-config) || exit 1
[[ $config =~ '"host": {'[^}]*'"value": "'([^\"]+)'"' ]] || exit 1
host=${BASH_REMATCH[1]}
[[ $config =~ '"port": {'[^}]*'"value": '([0-9]+) ]] || exit 1
port=${BASH_REMATCH[1]}
if ((port == 0)); then
    echo 'server.port is 0: which one was taken is not known here' >&2
    exit 1
fi
case $host in
0.0.0.0) host=127.0.0.1 ;;
::) host=::1 ;;
esac

exec 3<>"/dev/tcp/$host/$port" || exit 1
printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
IFS= read -r -t 3 status <&3 || exit 1
[[ $status == 'HTTP/1.1 200'* ]]
