import Glibc

/// How long tests wait before they take silence for a hang: briefly, unless a sanitizer is in the build,
/// which on a machine with other work makes minutes of a second.
package enum HangGuard {
    /// Whether the thread or the address sanitizer is in this process, however the tests were started.
    // Without a library to look in, `dlsym` looks in all of the process.
    package static let isSanitized = dlsym(nil, "__tsan_init") != nil || dlsym(nil, "__asan_init") != nil

    /// Most minutes of one test that talks to a live server.
    package static let testMinutes = isSanitized ? 10 : 1
    /// Most seconds that a thread waits at a gate for another.
    package static let gateSeconds = isSanitized ? 600 : 120
    /// Most seconds of one request that a client of the system's makes.
    package static let requestSeconds = isSanitized ? 300 : 10
}
