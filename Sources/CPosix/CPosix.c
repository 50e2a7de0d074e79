#define _GNU_SOURCE
#include "CPosix.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

int cposix_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return accept4(listener, address, length, SOCK_CLOEXEC | SOCK_NONBLOCK);
}

int cposix_pipe(int ends[2], int nonblocking) {
    return pipe2(ends, O_CLOEXEC | (nonblocking ? O_NONBLOCK : 0));
}

int cposix_eventfd(unsigned int initial) {
    return eventfd(initial, EFD_CLOEXEC | EFD_NONBLOCK);
}

ssize_t cposix_random(void *bytes, size_t count) {
    return getrandom(bytes, count, 0);
}

// The mask has to be as large as the kernel's own, so it grows until the call takes it.
int cposix_usable_cores(void) {
    for (int capacity = 1024; capacity <= 1 << 20; capacity *= 2) {
        cpu_set_t *set = CPU_ALLOC(capacity);
        if (set == NULL) break;
        size_t size = CPU_ALLOC_SIZE(capacity);
        int result = sched_getaffinity(0, size, set);
        int failure = errno;
        int count = result == 0 ? CPU_COUNT_S(size, set) : 0;
        CPU_FREE(set);
        if (count > 0) return count;
        if (result != 0 && failure != EINVAL) break;
    }
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

int cposix_trim_heap(void) {
    return malloc_trim(0);
}
