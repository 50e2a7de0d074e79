#pragma once

// GNU and Linux calls that Swift's Glibc module does not show. Each returns what the call returns and
// leaves errno as the call set it; callers loop on EINTR.

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>

/// accept4 with SOCK_CLOEXEC and SOCK_NONBLOCK: no window in which a fork inherits the socket.
int cposix_accept(int listener, struct sockaddr *address, socklen_t *length);

/// pipe2 with O_CLOEXEC and, where asked for, O_NONBLOCK. Fills ends[0] (read) and ends[1] (write).
int cposix_pipe(int ends[2], int nonblocking);

/// eventfd with EFD_CLOEXEC and EFD_NONBLOCK.
int cposix_eventfd(unsigned int initial);

/// getrandom without flags: blocks only until the kernel's pool was first filled.
ssize_t cposix_random(void *bytes, size_t count);

/// The cores this process may run on (sched_getaffinity), which a container's cpuset makes fewer than the
/// machine has. At least 1. CPU quotas (cgroup cpu.max) don't show here.
int cposix_usable_cores(void);

/// malloc_trim(0): gives free memory at the heap's top and whole free pages back to the kernel. 1 if some
/// went.
int cposix_trim_heap(void);
