import Gallery

extension ProblemMapping {
    /// What is answered where there is no backup. Only who administers the service sees it, so the folder is
    /// named.
    static func problem(backup fault: BackupFault, _ folder: String) -> Problem {
        let detail = fault.sentence(folder: folder)
        return switch fault {
        case .running: Problem(.backupRunning, detail)
        case .cancelled:
            Problem(.unavailable, detail, headers: [.init(name: "Retry-After", value: "5")])
        case .full: Problem(.storageFull, detail)
        case .inaccessible, .damaged: Problem(.backupFailed, detail)
        }
    }
}
