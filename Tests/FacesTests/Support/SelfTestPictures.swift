import Foundation
import Imaging

/// The pictures of the self-test, from the folder that they are compiled in from.
enum SelfTestPictures {
    /// A portrait of nobody.
    static func portrait() throws -> SourceImage { try source("self-test.png") }

    /// Its face, aligned.
    static func face() throws -> SourceImage { try source("self-test-face.png") }

    private static func source(_ name: String) throws -> SourceImage {
        let file = BuiltInModelTests.folder.appendingPathComponent(name)
        return try SourceImage(bytes: [UInt8](try Data(contentsOf: file)))
    }
}
