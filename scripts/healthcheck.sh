#!/bin/bash
# Exit status 0 when the service of this container is ready. Needs bash alone: the image has no curl.
set -u

port=${ARCFACE_SERVER_PORT:-8080}
exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
printf 'GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
IFS= read -r -t 4 status <&3 || exit 1
[[ $status == 'HTTP/1.1 200'* ]]
