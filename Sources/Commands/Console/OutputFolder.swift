import Files
import Foundation

/// A folder that a command writes results into, and makes where it is missing.
struct OutputFolder {
    let path: String

    /// Throws where it is known before the work that nothing can be written there after it.
    func check() throws(CommandFailure) {
        var place = path
        var status = stat()
        while stat(place, &status) != 0 {
            let above = FilePath.folder(of: place)
            guard errno == ENOENT, above != place else { throw failure(systemReason(errno)) }
            place = above
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw failure("\(place.shown) is no folder") }
        guard access(place, W_OK | X_OK) == 0 else {
            throw failure("the folder \(place.shown): \(systemReason(errno))")
        }
    }

    private func failure(_ reason: String) -> CommandFailure {
        CommandFailure(file: path, "cannot be written: \(reason)")
    }
}
