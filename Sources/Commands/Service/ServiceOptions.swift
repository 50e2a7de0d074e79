import FaceService
import Faces
import Foundation
import Gallery

/// The options that commands share with `serve`: where the configuration, the data and the models are.
enum ServiceOptions {
    /// `--config`.
    static let config = Option.value(
        "--config", "FILE", "configuration (JSON5); environment and options win over it")

    /// What every command that loads the models takes.
    static let models: [Option] = [
        config, data,
        .value(
            "--detector", "FILE|NAME",
            "ONNX face detector (SCRFD, YuNet), or a model's name, instead of the built-in one"),
        .value("--detector-size", "N", "side of the detector's input in pixels (640)"),
        .value(
            "--recognizer", "FILE|NAME",
            "ONNX face recogniser (ArcFace and its kin), or a model's name, instead of the built-in one"),
        .value("--precision", "P", "how the recogniser computes: \(PrecisionOption.names) (fp32)"),
    ]

    /// Where the database and the models are that are used by name.
    static let data = Option.value("--data", "DIR", "folder of the database and of named models (./data)")

    /// Options of the face pipeline, as the endpoints know them.
    static let faces: [Option] = [
        .value("--max-faces", "N", "at most this many faces, largest first"),
        .value("--min-score", "S", "least detector score, 0 to 1"),
        .value("--min-size", "PX", "least side of a face in pixels"),
        .flag("--aligned", "the images are aligned crops already"),
    ]

    private static let keys = [
        "--host": "server.host", "--port": "server.port", "--data": "storage.data",
        "--detector": "models.detector",
        "--detector-size": "models.detector_size", "--recognizer": "models.recognizer",
        "--precision": "models.recognizer_precision",
    ]

    /// File, environment and options as one checked configuration.
    ///
    /// - Throws: `UsageError` for a value on the command line, `ConfigurationError` for one from elsewhere.
    static func configuration(_ arguments: ParsedArguments) throws -> Configuration {
        let options = keys.keys.sorted().compactMap { name in
            arguments.string(name).map { ConfigurationOption(name: name, key: keys[name]!, value: $0) }
        }
        do throws(ConfigurationError) {
            return try ConfigurationLoader.load(
                file: arguments.string("--config"), environment: ProcessInfo.processInfo.environment,
                options: options)
        } catch {
            guard let option = options.first(where: { [$0.name, "option " + $0.name].contains(error.place) })
            else { throw error }
            throw UsageError("\(option.name): \(error.reason)")
        }
    }

    /// The gallery that `--gallery` names.
    static func gallery(_ arguments: ParsedArguments) throws(UsageError) -> GalleryName {
        let text = try arguments.required("--gallery")
        do throws(GalleryError) {
            return try GalleryName(text)
        } catch {
            throw UsageError("--gallery: \(error)")
        }
    }

    /// The face options of the command line; the defaults are the endpoint's.
    static func faceOptions(_ arguments: ParsedArguments, maxFaces: Int?) throws(UsageError) -> FaceOptions {
        var options = FaceOptions()
        options.maxFaces = try arguments.int("--max-faces", in: 1...10_000) ?? maxFaces
        options.minScore = try arguments.double("--min-score", in: 0...1).map { Float($0) }
        options.minSize = Float(try arguments.double("--min-size", in: 0...65_536) ?? 0)
        options.aligned = arguments.has("--aligned")
        return options
    }
}
