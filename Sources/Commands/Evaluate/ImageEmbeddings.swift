import FaceService
import Faces
import Foundation
import Imaging
import Kernels
import Locks
import Synchronization

/// Embeds the main face of many image files on several threads.
struct ImageEmbeddings: Sendable {
    let analyzer: any FaceAnalyzing
    let limits: DecodeLimits
    let threads: Int

    /// Loads the models that the configuration names.
    init(configuration: Configuration, threads: Int) throws {
        analyzer = try FaceRecognition.analyzer(for: configuration)
        limits = DecodeLimits(configuration)
        self.threads = threads
    }

    /// The unit embedding of each file's subject, nil where none is found.
    ///
    /// - Parameter progress: told how many files are done, from any thread.
    /// - Throws: what the first broken file (in order of the list) threw, as a `CommandFailure` that names
    ///   it.
    func embed(_ files: [String], progress: @escaping @Sendable (Int) -> Void) throws -> [[Float]?] {
        let next = Atomic<Int>(0)
        let results = Locked<[Result<[Float]?, CommandFailure>?]>(Array(repeating: nil, count: files.count))
        DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < files.count else { return }
                let result = Result { () throws(CommandFailure) in
                    try BusyThreads.working { () throws(CommandFailure) in try self.embed(files[index]) }
                }
                results.withLock { $0[index] = result }
                progress(index + 1)
            }
        }
        return try results.withLock { $0 }.map { try $0?.get() ?? nil }
    }

    private func embed(_ file: String) throws(CommandFailure) -> [Float]? {
        do {
            let source = try SourceImage(
                bytes: try FileBytes.image(file, limit: limits.maximumBytes), limits: limits)
            let crops = try analyzer.detectAndCrop(
                in: try source.decodePicture(), mayBeTurned: !source.carriesOrientation,
                options: DetectionOptions())
            guard let subject = Self.subject(of: crops, width: source.width, height: source.height) else {
                return nil
            }
            return try analyzer.analyse([subject]).first?.embedding.vector
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure("\(file.shown): \(error)")
        }
    }

    /// The face that a photograph named after one person is of: large and near the middle. A passer-by may be
    /// nearer to the camera, but rarely stands in the middle too. The area counts against twice the squared
    /// distance of the face's centre from the photograph's, as InsightFace's evaluation weighs them.
    private static func subject(of crops: [AlignedCrop], width: Int, height: Int) -> AlignedCrop? {
        func prominence(_ crop: AlignedCrop) -> Float {
            let box = crop.face.box
            let dx = box.x + box.width / 2 - Float(width) / 2
            let dy = box.y + box.height / 2 - Float(height) / 2
            return box.width * box.height - 2 * (dx * dx + dy * dy)
        }
        return crops.max { prominence($0) < prominence($1) }
    }
}
