import Faces
import Testing

@Test(arguments: KnownModel.all) func `a known model's manifest reads back as it was written`(
    model: KnownModel
) throws {
    var manifest = try ModelManifest.parse(Array(model.manifest.jsonText().utf8), file: "x")
    #expect(manifest.origin == .file("x"))
    manifest.origin = .builtIn
    #expect(manifest == model.manifest)
    #expect(
        manifest.preprocessing(width: 112, height: 112)
            == model.manifest.preprocessing(width: 112, height: 112))
}

@Test func `a template of one's own is written too`() throws {
    var manifest = KnownModel.named("w600k_r50")!.manifest
    manifest.template = AlignmentTemplate.arcFace(width: 96, height: 112)
    let read = try ModelManifest.parse(Array(manifest.jsonText().utf8), file: "x")
    #expect(read.template == manifest.template)
}

@Test func `a bundle is a detector and a recogniser that can be downloaded`() {
    for bundle in KnownBundle.all {
        #expect(bundle.models.map(\.manifest.kind) == [.detector, .recognizer], "\(bundle.name)")
        for model in bundle.models { #expect(model.url?.hasPrefix("https://") == true, "\(model.name)") }
        #expect(KnownModel.named(bundle.name) == nil)
    }
}

@Test func `a known model is found by its name and by its file's`() {
    #expect(KnownModel.named("sface_2021dec") == KnownModel.named("face_recognition_sface_2021dec"))
    #expect(KnownModel.named("sface_2021dec") != nil && KnownModel.named("sface_2021dec.onnx") == nil)
}
