import Glibc

extension MetricsRegistry {
    /// Resident memory, descriptors, CPU seconds, start time and threads of this process, read from `/proc`
    /// when asked for, under the names that Prometheus' own client libraries use. What can't be read is
    /// left out.
    package func registerProcessMetrics() {
        gauge("process_resident_memory_bytes", help: "Resident memory in bytes.") {
            ProcessStatistics.read()?.residentBytes
        }
        gauge("process_virtual_memory_bytes", help: "Virtual memory in bytes.") {
            ProcessStatistics.read()?.virtualBytes
        }
        gauge("process_threads", help: "Threads.") { ProcessStatistics.read()?.threads }
        gauge("process_start_time_seconds", help: "Start time in seconds since 1970 UTC.") {
            ProcessStatistics.read()?.startSeconds
        }
        counter("process_cpu_seconds_total", help: "CPU time, user and system, in seconds.") {
            ProcessStatistics.read()?.cpuSeconds
        }
        gauge("process_open_fds", help: "Open file descriptors.") {
            ProcessStatistics.openDescriptors().map(Double.init)
        }
        gauge("process_max_fds", help: "Limit of open file descriptors.") {
            ProcessStatistics.descriptorLimit()
        }
    }
}
