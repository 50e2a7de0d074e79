import Faces
import Foundation
import TestKit
import Testing

/// Recognisers that no run would survive.
struct FaceEmbedderLoadingTests {
    @Test(arguments: [257, 1 << 40, 1 << 62])
    func `a recogniser of a huge fixed batch is refused before any memory is taken`(batch: Int) throws {
        var model = ONNXWriter()
        model.input("x", [batch, 3, 112, 112])
        model.node("Flatten", ["x"], ["y"])
        model.output("y", [batch, 128])
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let path = folder.file("batch.onnx")
        try Data(model.bytes).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: FacesError.self) { _ = try FaceEmbedder(modelAt: path) }
        guard case .modelInvalid(path, let reason)? = error else {
            return #expect(Bool(false), "\(String(describing: error))")
        }
        #expect(reason == "takes a fixed batch of \(batch), over 256")
    }
}
