import Faces
import Testing

@Suite struct PreprocessingTests {
    private let manifest = ModelManifest(
        kind: .recognizer, name: "a", mean: [127.5, 127.5, 127.5], deviation: [128, 128, 128])

    @Test func `the line is stable: stored galleries hold it`() {
        #expect(
            manifest.preprocessing(width: 96, height: 112)
                == "size=96x112 order=rgb mean=127.5,127.5,127.5 deviation=128.0,128.0,128.0 "
                + "template=30.294601:51.6963,65.5318:51.5014,48.0252:71.7366,33.5493:92.3655,"
                + "62.729897:92.2041"
        )
    }

    @Test func `whatever changes the pixels changes the line`() {
        let line = manifest.preprocessing(width: 112, height: 112)
        var changed = manifest
        changed.colorOrder = .bgr
        #expect(changed.preprocessing(width: 112, height: 112) != line)
        changed = manifest
        changed.mean[1] = 127
        #expect(changed.preprocessing(width: 112, height: 112) != line)
        changed = manifest
        changed.deviation[2] = 127.5
        #expect(changed.preprocessing(width: 112, height: 112) != line)
        changed = manifest
        changed.template = AlignmentTemplate.arcFace(width: 96, height: 112)
        #expect(changed.preprocessing(width: 112, height: 112) != line)
        #expect(manifest.preprocessing(width: 112, height: 96) != line)
    }

    @Test func `what does not change the pixels does not change the line`() {
        var changed = manifest
        changed.name = "b"
        changed.threshold = 0.9
        changed.template = AlignmentTemplate.arcFace
        #expect(
            changed.preprocessing(width: 112, height: 112) == manifest.preprocessing(width: 112, height: 112))
    }
}
