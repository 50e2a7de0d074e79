#pragma once

// Linux calls that Swift's Glibc module does not show. Each returns what the call returns and
// leaves errno as the call set it; callers loop on EINTR.

#include <sys/socket.h>

/// accept4 with SOCK_CLOEXEC and SOCK_NONBLOCK: no window in which a fork inherits the socket.
int cposix_accept(int listener, struct sockaddr *address, socklen_t *length);
