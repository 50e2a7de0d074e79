#pragma once
#include <cblas.h>

// Not in the header, and not in builds without threads.
extern int blas_thread_shutdown_(void) __attribute__((weak));

// Ends the threads that OpenBLAS starts when it is loaded: nobody gives them work here, and each turns for
// some tens of milliseconds before it goes to sleep, on a core that a start needs. Swift can't ask whether a
// weak function is there.
static inline void copenblas_end_threads(void) {
    if (blas_thread_shutdown_) blas_thread_shutdown_();
}
