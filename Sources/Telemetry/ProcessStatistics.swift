import Glibc

/// What the kernel says of this process (proc(5)).
package struct ProcessStatistics: Sendable {
    package let residentBytes: Double
    package let virtualBytes: Double
    package let threads: Double
    package let cpuSeconds: Double
    /// Seconds since 1970 UTC.
    package let startSeconds: Double

    /// Nil when `/proc` is not there or not as expected.
    package static func read() -> ProcessStatistics? {
        guard let stat = ProcFile.text("/proc/self/stat"), let boot = bootSeconds else { return nil }
        // The command's name stands in parentheses and may hold anything; what follows the last one is
        // regular.
        guard let end = stat.lastIndex(of: ")") else { return nil }
        // Field 3 of proc(5) is the first here.
        let fields = stat[stat.index(after: end)...].split(separator: " ").map { Double($0) ?? 0 }
        guard fields.count > 21 else { return nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        return ProcessStatistics(
            residentBytes: fields[21] * Double(sysconf(Int32(_SC_PAGESIZE))), virtualBytes: fields[20],
            threads: fields[17], cpuSeconds: (fields[11] + fields[12]) / ticks,
            startSeconds: boot + fields[19] / ticks)
    }

    /// The entries of `/proc/self/fd`, without the one that counting opens.
    package static func openDescriptors() -> Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            if entry.pointee.d_name.0 != UInt8(ascii: ".") { count += 1 }
        }
        return count - 1
    }

    /// The soft limit, nil when it can't be read.
    package static func descriptorLimit() -> Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Double(limit.rlim_cur)
    }

    /// `btime` never changes, so it is read once.
    private static let bootSeconds: Double? = {
        guard let stat = ProcFile.text("/proc/stat") else { return nil }
        let line = stat.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst(6)) }
    }()
}
