/// What `arcface bench image` prints, with the keys of `--json`.
struct ImageBenchReport: Encodable {
    /// The stages of one image, in milliseconds.
    struct Sample {
        var decode = 0.0, detect = 0.0, align = 0.0, embed = 0.0
        var faces = 0

        var aligned: Double { decode + detect + align }
        var total: Double { aligned + embed }
    }

    let files: Int
    /// In all files together.
    let faces: Int
    let threads, workers: Int
    /// Reading the file's pixels.
    let decode: LatencySummary
    /// Scaling the picture onto the detector's canvas and running the network, with the passes to rescue.
    let detect: LatencySummary
    /// Cutting the aligned crops.
    let align: LatencySummary
    /// Running the recogniser, and the quality measures.
    let embed: LatencySummary
    /// The first three together: an image without the recogniser.
    let aligned: LatencySummary
    /// All four together.
    let total: LatencySummary
    let imagesPerSecond: Double
    /// An image, all threads together: what a machine that is shared with other work tells best.
    let processorMilliseconds: Double

    init(
        files: Int, faces: Int, threads: Int, workers: Int, samples: [Sample], imagesPerSecond: Double,
        processorMilliseconds: Double
    ) {
        (self.files, self.faces, self.threads, self.workers) = (files, faces, threads, workers)
        (self.imagesPerSecond, self.processorMilliseconds) = (imagesPerSecond, processorMilliseconds)
        func summary(_ stage: (Sample) -> Double) -> LatencySummary {
            LatencySummary(milliseconds: samples.map(stage))
        }
        (decode, detect, align) = (summary(\.decode), summary(\.detect), summary(\.align))
        (embed, aligned, total) = (summary(\.embed), summary(\.aligned), summary(\.total))
    }

    enum CodingKeys: String, CodingKey {
        case files, faces, threads, workers, decode, detect, align, embed, aligned, total
        case imagesPerSecond = "images_per_second"
        case processorMilliseconds = "processor_ms"
    }

    /// A line a stage.
    var text: String {
        let stages = [
            ("decode", decode), ("detect", detect), ("align", align), ("embed", embed),
            ("without embedding", aligned), ("all", total),
        ]
        let lines = stages.map { "\($0.0): \($0.1.text)" }
        let rates =
            "\(imagesPerSecond.fixed(1)) images/s, processor \(processorMilliseconds.fixed(1)) ms an image, "
            + "\(faces) faces in \(files) images"
        return (lines + [rates]).joined(separator: "\n")
    }
}
