import Faces
import Foundation
import TestKit
import Testing

@Suite struct KnownModelTests {
    @Test func `every entry is whole and none is there twice`() {
        for model in KnownModel.all {
            #expect(model.sha256.count == 64 && model.sha256.allSatisfy { $0.isHexDigit && !$0.isUppercase })
            #expect(model.byteCount > 100_000 && model.file.hasSuffix(".onnx"))
            #expect(model.manifest.origin == .builtIn && model.manifest.licence != nil)
            #expect(KnownModel.with(sha256: model.sha256) == model)
        }
        #expect(Set(KnownModel.all.map(\.sha256)).count == KnownModel.all.count)
        #expect(Set(KnownModel.all.map(\.manifest.name)).count == KnownModel.all.count)
    }

    @Test func `the published recognisers have their convention`() throws {
        let insightFace = try #require(KnownModel.all.first { $0.file == "w600k_r50.onnx" }).manifest
        #expect(
            insightFace.colorOrder == .rgb && insightFace.mean[0] == 127.5
                && insightFace.deviation[0] == 127.5)
        let sface = try #require(KnownModel.all.first { $0.manifest.name == "sface_2021dec" }).manifest
        #expect(sface.mean == [0, 0, 0] && sface.deviation == [1, 1, 1] && sface.threshold == 0.363)
    }

    @Test func `an unknown file is unknown`() { #expect(KnownModel.with(sha256: "00") == nil) }

    @Test(
        .enabled(if: SharedFixtures.available, SharedFixtures.skipReason),
        arguments: [
            "detection/scrfd_500m_bnkps", "detection/scrfd_2.5g_bnkps", "detection/yunet_n_dynamic",
            "recognition/mobilefacenet_112x112", "recognition/arcface_mobilefacenet_112x96",
        ])
    func `the files at hand have the sizes of the table`(name: String) throws {
        let path = SharedFixtures.path("models/\(name).onnx")
        let file = URL(fileURLWithPath: path).lastPathComponent
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
        #expect(KnownModel.all.first { $0.file == file }?.byteCount == size)
    }
}
