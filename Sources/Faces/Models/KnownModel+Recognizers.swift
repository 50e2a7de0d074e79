extension KnownModel {
    static let recognizers: [KnownModel] = [
        KnownModel(
            file: "mobilefacenet_112x112.onnx", byteCount: 3_998_018,
            sha256: "e72a5710cce378dc46472b6b845cb90647634f2738d8c3e581735cf195b9866f",
            manifest: ModelManifest(
                kind: .recognizer, name: "mobilefacenet_112x112", inputWidth: 112, inputHeight: 112,
                colorOrder: .rgb,
                mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375], threshold: 0.287,
                licence: "Apache-2.0", source: "github.com/foamliu/MobileFaceNet",
                priorArt: ModelManifest.arcFacePaper)),
        KnownModel(
            file: "arcface_mobilefacenet_112x96.onnx", byteCount: 4_134_364,
            sha256: "ecec88b4e41061277a04fe4d16bfda65fde1b080317253a4dec90fce937ff370",
            manifest: ModelManifest(
                kind: .recognizer, name: "arcface_mobilefacenet_112x96", inputWidth: 96, inputHeight: 112,
                colorOrder: .rgb, mean: [127.5, 127.5, 127.5], deviation: [128, 128, 128], threshold: 0.281,
                licence: "none stated",
                priorArt: ModelManifest.arcFacePaper)),
        // The threshold is a usual one for this network, not calibrated here: the file was not at hand.
        KnownModel(
            file: "w600k_r50.onnx", byteCount: 174_383_860,
            sha256: "4c06341c33c2ca1f86781dab0e829f88ad5b64be9fba56e56bc9ebdefc619e43",
            manifest: .insightFace(
                name: "w600k_r50", width: 112, height: 112, threshold: 0.28, licence: nonCommercial,
                source: "\(buffalo), folder recognition"),
            url: "https://\(buffalo)/resolve/main/recognition/model.onnx"),
        // The file subtracts and divides itself; threshold and colour order as OpenCV's FaceRecognizerSF has
        // them.
        KnownModel(
            file: "face_recognition_sface_2021dec.onnx", byteCount: 38_696_353,
            sha256: "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79",
            manifest: ModelManifest(
                kind: .recognizer, name: "sface_2021dec", inputWidth: 112, inputHeight: 112, colorOrder: .rgb,
                mean: [0, 0, 0], deviation: [1, 1, 1], threshold: 0.363, licence: "Apache-2.0",
                source: "github.com/opencv/opencv_zoo, models/face_recognition_sface",
                priorArt:
                    "Zhong et al., SFace: Sigmoid-Constrained Hypersphere Loss for Robust Face Recognition"
            ),
            url: "\(openCVZoo)/face_recognition_sface/face_recognition_sface_2021dec.onnx"),
    ]
}
