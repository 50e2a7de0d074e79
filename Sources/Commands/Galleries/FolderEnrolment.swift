import Encodings
import FaceService
import Gallery

/// The enrolment of a folder of folders under way.
struct FolderEnrolment {
    let application: FaceApplication
    let gallery: GalleryName
    let options: EnrolOptions
    let console: Console
    /// Whether it is to end after the images at hand.
    let isStopped: () -> Bool
    /// What was done so far.
    private(set) var summary: EnrollSummary

    init(
        application: FaceApplication, gallery: GalleryName, options: EnrolOptions, console: Console,
        isStopped: @escaping () -> Bool, summary: EnrollSummary
    ) {
        (self.application, self.gallery, self.options) = (application, gallery, options)
        (self.console, self.isStopped, self.summary) = (console, isStopped, summary)
    }

    /// Everybody's images, up to the first error that is not an image's own, or until `isStopped`.
    mutating func enrol(_ people: [PersonFolders.Person]) async -> (any Error)? {
        defer { console.endProgress() }
        for (index, person) in people.enumerated() {
            do {
                try await enrol(person)
            } catch {
                summary.error = "\(error)"
                return error
            }
            if isStopped() { break }
            console.progress("enrol: \(index + 1) of \(people.count) identities, \(summary.enrolled) faces")
        }
        return nil
    }

    /// One person's images in batches, so that a person of thousands does not fill the memory.
    private mutating func enrol(_ person: PersonFolders.Person) async throws {
        let limit = application.configuration.decodeMaxImageBytes
        let batch = max(1, application.configuration.inferenceBatchSize)
        let before = summary.enrolled + summary.duplicates
        defer { if summary.enrolled + summary.duplicates > before { summary.identities += 1 } }
        for start in stride(from: 0, to: person.files.count, by: batch) {
            // What is written is written, and the next run goes on from there.
            if isStopped() { return }
            let end = min(start + batch, person.files.count)
            var files: [String] = []
            var inputs: [FaceInput] = []
            for file in person.files[start..<end] {
                do {
                    inputs.append(.image(try FileBytes.image(file, limit: limit)))
                    files.append(file)
                } catch {
                    summary.rejected.append(
                        .init(file: file, code: error.code.rawValue, detail: error.reason))
                }
            }
            try await enrol(inputs, files, as: person.identity)
            summary.left -= end - start
        }
    }

    private mutating func enrol(
        _ inputs: [FaceInput], _ files: [String], as identity: IdentityName
    ) async throws {
        guard !inputs.isEmpty else { return }
        do {
            let answer = try await application.enrol(inputs, as: identity, in: gallery, options)
            summary.enrolled += answer.faces.count { !$0.isDuplicate }
            summary.duplicates += answer.faces.count { $0.isDuplicate }
            summary.rejected += answer.rejected.map { rejection in
                .init(
                    file: files[rejection.index], code: rejection.problem.code.rawValue,
                    detail: Self.optionNames(rejection.problem.detail))
            }
        } catch let problem as Problem {
            guard let rejections = Self.rejections(of: problem, files) else { throw problem }
            summary.rejected += rejections
        }
    }

    /// When every image of a batch is refused the refusals stand in the problem itself, whatever its status;
    /// nil where it is not about the images.
    private static func rejections(of problem: Problem, _ files: [String]) -> [EnrollSummary.Rejection]? {
        problem.json["rejected"]?.arrayValue?.map { entry in
            .init(
                file: files[entry["index"]?.integerValue ?? 0],
                code: entry["code"]?.stringValue ?? problem.code.rawValue,
                detail: optionNames(entry["detail"]?.stringValue ?? problem.detail))
        }
    }

    /// What the service advises, in the words of this command.
    private static func optionNames(_ detail: String) -> String {
        detail.replacing("select=largest", with: "--select largest")
    }
}
