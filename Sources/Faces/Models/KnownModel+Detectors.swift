extension KnownModel {
    static let detectors: [KnownModel] = [
        KnownModel(
            file: "scrfd_500m_bnkps.onnx", byteCount: 2_524_648,
            sha256: "b467f878e26ff1e7ee05cd9936fdff63fa2a5af5d732ed17ee231f2dd5cc07ae",
            manifest: .scrfd(name: "scrfd_500m_bnkps", licence: nonCommercial, source: insightFace)),
        KnownModel(
            file: "scrfd_2.5g_bnkps.onnx", byteCount: 3_290_207,
            sha256: "bc24bb349491481c3ca793cf89306723162c280cb284c5a5e49df3760bf5c2ce",
            manifest: .scrfd(name: "scrfd_2.5g_bnkps", licence: nonCommercial, source: insightFace)),
        KnownModel(
            file: "det_10g.onnx", byteCount: 16_923_827,
            sha256: "5838f7fe053675b1c7a08b633df49e7af5495cee0493c7dcf6697200b85b5b91",
            manifest: .scrfd(
                name: "det_10g", licence: nonCommercial, source: "\(buffalo), folder detection"),
            url: "https://\(buffalo)/resolve/main/detection/model.onnx"),
        KnownModel(
            file: "face_detection_yunet_2023mar.onnx", byteCount: 232_589,
            sha256: "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
            manifest: .yuNet(
                name: "yunet_2023mar", licence: "MIT",
                source: "github.com/opencv/opencv_zoo, models/face_detection_yunet"),
            url: "\(openCVZoo)/face_detection_yunet/face_detection_yunet_2023mar.onnx"),
        KnownModel(
            file: "yunet_n_dynamic.onnx", byteCount: 322_906,
            sha256: "104ee26c71d5c270ce79a6b3dced91c91013260d29a6bf18f9296c5b8c4c2b12",
            manifest: .yuNet(
                name: "yunet_n_dynamic", licence: "BSD",
                source: "github.com/ShiqiYu/libfacedetection.train")),
    ]

    static let nonCommercial = "non-commercial research only"
    static let insightFace = "github.com/deepinsight/insightface, detection/scrfd"
    static let buffalo = "huggingface.co/immich-app/buffalo_l"
    /// Where GitHub serves what a repository keeps in Git LFS.
    static let openCVZoo = "https://media.githubusercontent.com/media/opencv/opencv_zoo/main/models"
}
