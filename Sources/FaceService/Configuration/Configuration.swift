package import Encodings
package import Kernels

/// The configuration of a running service: every value checked, and where each came from.
package struct Configuration: Sendable {
    private let values: [String: JSONValue]
    private let provenance: [String: Provenance]

    /// Checks what no single key can: rules that hold between keys, and the form of the storage address.
    init(values: [String: JSONValue], provenance: [String: Provenance]) throws(ConfigurationError) {
        self.values = values
        self.provenance = provenance
        if modelsDetectorSize % 32 != 0 {
            throw wrong("models.detector_size", "\(modelsDetectorSize) is not a multiple of 32")
        }
        if let rate = limitsRate, rate < Self.leastRate {
            throw wrong("limits.requests_per_second", "\(rate) is neither 0 nor at least \(Self.leastRate)")
        }
        if let name = AllowedHosts.firstWrong(in: serverAllowedHosts) {
            throw wrong("server.allowed_hosts", "\"\(name)\" is not the name of a host")
        }
        if let url = storageURL, let reason = Self.refusal(ofStorage: url) {
            throw wrong("storage.url", "\"\(url)\" \(reason)")
        }
    }

    /// Requests a second: a lower rate is useless.
    private static let leastRate = 0.001

    /// The defaults alone.
    package static let defaults: Configuration = {
        // The defaults are ours, so a refusal here is a bug of the table.
        try! ConfigurationLoader.load(file: nil, environment: [:], options: [])
    }()

    /// A mistake found after loading, with the place where the key was set.
    package func wrong(_ key: String, _ reason: String) -> ConfigurationError {
        switch provenance[key] ?? .builtIn {
        case .file(let path, let line): ConfigurationError(place: path, line: line, key: key, reason: reason)
        case let source: ConfigurationError(place: source.text, line: nil, key: key, reason: reason)
        }
    }

    private func integer(_ key: String) -> Int { values[key]!.integerValue! }
    private func number(_ key: String) -> Double { values[key]!.doubleValue! }
    private func flag(_ key: String) -> Bool { values[key]!.boolValue! }
    private func text(_ key: String) -> String? { values[key]!.stringValue }

    package var serverHost: String { text("server.host")! }
    package var serverPort: Int { integer("server.port") }
    /// Names separated by commas.
    package var serverAllowedHosts: String { text("server.allowed_hosts")! }
    /// Bytes.
    package var serverMaxBodyBytes: Int { integer("server.max_body_bytes") }
    /// Bytes.
    package var serverMaxBodiesBytes: Int { integer("server.max_bodies_bytes") }
    /// Bytes.
    package var serverMaxLineBytes: Int { integer("server.max_line_bytes") }
    package var serverMaxConnections: Int { integer("server.max_connections") }
    /// Bytes.
    package var serverMaxHeaderBytes: Int { integer("server.max_header_bytes") }
    package var serverHeaderTimeout: Duration { .seconds(number("server.header_timeout_seconds")) }
    package var serverBodyTimeout: Duration { .seconds(number("server.body_timeout_seconds")) }
    package var serverIdleTimeout: Duration { .seconds(number("server.idle_timeout_seconds")) }
    package var serverWriteTimeout: Duration { .seconds(number("server.write_timeout_seconds")) }
    package var serverDrainDelay: Duration { .seconds(number("server.drain_delay_seconds")) }
    package var serverDrain: Duration { .seconds(number("server.drain_seconds")) }

    /// Requests a second; nil is no limit.
    package var limitsRate: Double? { positive(number("limits.requests_per_second")) }
    package var limitsBurst: Int { integer("limits.burst") }
    /// Of one address; nil is no limit.
    package var limitsConnections: Int? { positive(integer("limits.connections_per_address")) }
    package var limitsLoopback: Bool { flag("limits.loopback") }

    /// Path or name of the detector; empty is the built-in one.
    package var modelsDetector: String { text("models.detector")! }
    /// Pixels, a multiple of 32.
    package var modelsDetectorSize: Int { integer("models.detector_size") }
    /// Path or name of the recognizer; empty is the built-in one.
    package var modelsRecognizer: String { text("models.recognizer")! }
    package var modelsRecognizerPrecision: Precision {
        // The table allows the names of precisions alone.
        Precision(rawValue: text("models.recognizer_precision")!)!
    }
    /// Threads of one run of a network; 0 is one for each core.
    package var modelsThreads: Int { integer("models.threads") }

    /// Threads that run networks; 0 is one for each core.
    package var inferenceWorkers: Int { integer("inference.workers") }
    package var inferenceQueueLimit: Int { integer("inference.queue_limit") }
    package var inferenceBatchSize: Int { integer("inference.batch_size") }
    package var inferenceBatchWait: Duration { .microseconds(integer("inference.batch_wait_us")) }
    package var inferenceMaxImages: Int { integer("inference.max_images") }
    package var inferenceMaxFaces: Int { integer("inference.max_faces") }

    /// Bytes.
    package var decodeMaxImageBytes: Int { integer("decode.max_image_bytes") }
    package var decodeMaxPixels: Int { integer("decode.max_pixels") }
    /// Pixels.
    package var decodeMaxSide: Int { integer("decode.max_side") }

    package var galleriesKeepCrops: Bool { flag("galleries.keep_crops") }
    /// JPEG quality, 1 to 100.
    package var galleriesCropQuality: Int { integer("galleries.crop_quality") }

    private var storageURL: String? { text("storage.url") }
    /// The data folder.
    package var storageData: String { text("storage.data")! }
    /// The database file: that of `storage.url`, else `arcface.sqlite` in the data folder.
    package var databasePath: String {
        storageURL.map(Self.path(ofStorage:)) ?? storageData + "/arcface.sqlite"
    }

    /// Empty is the usual one; `backupFolder` says which.
    var backupFolderAsGiven: String { text("backup.folder")! }
    /// Backups; 0 keeps all.
    package var backupKeep: Int { integer("backup.keep") }

    package var jobsThreads: Int { integer("jobs.threads") }
    /// Bytes.
    package var jobsMaxVectorBytes: Int { integer("jobs.max_vector_bytes") }
    package var jobsQueueLimit: Int { integer("jobs.queue_limit") }
    package var jobsHeartbeat: Duration { .seconds(number("jobs.heartbeat_seconds")) }

    package var inversionEnabled: Bool { flag("inversion.enabled") }
    package var inversionMaxIterations: Int { integer("inversion.max_iterations") }

    package var loggingLevel: String { text("logging.level")! }
    package var loggingAccess: Bool { flag("logging.access") }

    private func positive<Value: Numeric & Comparable>(_ value: Value) -> Value? { value > 0 ? value : nil }

    private static let storageScheme = "sqlite://"

    private static func path(ofStorage url: String) -> String { String(url.dropFirst(storageScheme.count)) }

    /// Why an address names no database; nil where it does. What other programs give a meaning would be part
    /// of a file's name here, and whoever wrote it would not know.
    private static func refusal(ofStorage url: String) -> String? {
        let path = path(ofStorage: url)
        guard url.hasPrefix(storageScheme + "/"), path.count > 1, !path.hasSuffix("/") else {
            return "is not of the form sqlite:///absolute/path"
        }
        guard let mark = path.first(where: { "?#".contains($0) }) else { return nil }
        return "has a '\(mark)', but parameters and fragments mean nothing here: it is a plain path"
    }
}

extension Configuration {
    /// What `--print-config` prints: for each key its value and where it came from.
    package var json: JSONValue {
        var sections: [JSONObject.Member] = []
        for section in Setting.sections {
            var members: [JSONObject.Member] = []
            for setting in Setting.all where setting.section == section {
                let entry: JSONObject = [
                    "value": values[setting.key]!, "from": .string(provenance[setting.key]!.text),
                ]
                members.append(.init(key: setting.name, value: .object(entry)))
            }
            sections.append(.init(key: section, value: .object(JSONObject(members))))
        }
        return .object(JSONObject(sections))
    }

    /// Where the value of `key` came from.
    package func origin(of key: String) -> Provenance? { provenance[key] }
}

extension Configuration: JSONRepresentable {}
