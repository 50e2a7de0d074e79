import Encodings
import Kernels

extension Setting {
    /// Every key there is, in the order of the documentation.
    package static let all: [Setting] =
        server + limits + models + inference + decode + galleries + storage + backup + jobs + inversion
        + logging

    /// The setting of `key`.
    static func named(_ key: String) -> Setting? { all.first { $0.key == key } }

    private static func integer(
        _ key: String, _ value: Int, _ range: ClosedRange<Int>, _ unit: String, _ explanation: String
    ) -> Setting {
        Setting(
            key: key, kind: .integer(range), defaultValue: .integer(value), unit: unit,
            explanation: explanation)
    }

    private static func number(
        _ key: String, _ value: Double, _ range: ClosedRange<Double>, _ unit: String, _ explanation: String
    ) -> Setting {
        Setting(
            key: key, kind: .number(range), defaultValue: .number(value), unit: unit, explanation: explanation
        )
    }

    private static func text(_ key: String, _ value: String?, _ explanation: String) -> Setting {
        Setting(
            key: key, kind: .text, defaultValue: value.map { .string($0) } ?? .null, unit: "",
            explanation: explanation)
    }

    private static func flag(_ key: String, _ value: Bool, _ explanation: String) -> Setting {
        Setting(key: key, kind: .boolean, defaultValue: .bool(value), unit: "", explanation: explanation)
    }

    private static let server = [
        text(
            "server.host", "127.0.0.1", "Address to listen on. Without keys only loopback peers are answered."
        ),
        integer("server.port", 8080, 0...65_535, "", "Port to listen on; 0 takes any free one."),
        text(
            "server.allowed_hosts", "",
            "Names that requests may be addressed to (Host), separated by commas, * for any; always allowed are addresses "
                + "and names that nobody can register, as localhost or one without a dot."),
        integer(
            "server.max_body_bytes", 32 << 20, 1_024...(1 << 30), "bytes",
            "Largest request body; the import stream is bounded by the line instead."),
        integer(
            "server.max_bodies_bytes", 512 << 20, 1_024...(1 << 36), "bytes",
            "All bodies that are on their way in together, one of unknown length counting as the largest; one more "
                + "is answered 503."),
        integer(
            "server.max_line_bytes", 4 << 20, 1_024...(64 << 20), "bytes",
            "Longest line of an import; a line carries an embedding and may carry a crop."),
        integer(
            "server.max_connections", 1_024, 1...65_536, "connections",
            "Open connections; one more is refused with 503."),
        integer(
            "server.max_header_bytes", 32 << 10, 1_024...(1 << 20), "bytes",
            "All header lines of a request together."),
        number(
            "server.header_timeout_seconds", 10, 0.1...600, "seconds",
            "From the first byte of a request to the end of its headers."),
        number(
            "server.body_timeout_seconds", 30, 0.1...3_600, "seconds",
            "Without a byte of a body that is to come. After as long, or 10 seconds, it has to have come at 1,024 bytes a second."
        ),
        number(
            "server.idle_timeout_seconds", 60, 0.1...3_600, "seconds",
            "A kept-alive connection without a request."),
        number(
            "server.write_timeout_seconds", 30, 0.1...3_600, "seconds",
            "An answer of which the client takes nothing."),
        number(
            "server.drain_delay_seconds", 0, 0...600, "seconds",
            "How long /readyz says that the end has come before no more connections are taken, for a balancer that "
                + "asks it."),
        number(
            "server.drain_seconds", 20, 0...3_600, "seconds",
            "How long requests in flight may take to finish at shutdown."),
    ]

    private static let limits = [
        number(
            "limits.requests_per_second", 0, 0...1_000_000, "requests/s",
            "What each key may ask, and each address that shows none, on average: 0.001 or more; 0 is no limit. More is answered 429."
        ),
        integer(
            "limits.burst", 50, 1...1_000_000, "requests",
            "What each may ask at once, when it has asked nothing for a while."),
        integer(
            "limits.connections_per_address", 128, 0...65_536, "connections",
            "Open connections of one address (of a /64 in IPv6); one more is refused with 503; 0 is no limit."
        ),
        flag(
            "limits.loopback", false,
            "Whether these limits are for clients on loopback addresses too; a proxy on this machine makes all clients such."
        ),
    ]

    private static let models = [
        text(
            "models.detector", "",
            "Path of the face detector, an ONNX file (SCRFD or YuNet), or a model's name; the built-in one if empty."
        ),
        integer(
            "models.detector_size", 640, 64...2_048, "pixels",
            "Side of the square that the detector looks at, for detectors of free size; a multiple of 32."),
        text(
            "models.recognizer", "",
            "Path of the recognition network, an ONNX file, or a model's name; the built-in one if empty."),
        Setting(
            key: "models.recognizer_precision", kind: .choice(Precision.allCases.map(\.rawValue)),
            defaultValue: .string(Precision.float32.rawValue), unit: "",
            explanation:
                "How the recognizer computes; the narrower are faster and change embeddings a little, so that "
                + "galleries of one precision are not searched with another."),
        integer(
            "models.threads", 0, 0...256, "threads",
            "Threads that one run of a network uses while cores are idle; 0 is one for each core, 8 at most."),
    ]

    private static let inference = [
        integer(
            "inference.workers", 0, 0...256, "threads",
            "Threads that run networks beside each other; 0 is one for each core."),
        integer(
            "inference.queue_limit", 64, 1...65_536, "requests",
            "Requests that may wait for a worker; one more is answered 503 at once."),
        integer(
            "inference.batch_size", 8, 1...256, "faces",
            "Most faces of different requests that go through the recognizer together."),
        integer(
            "inference.batch_wait_us", 100_000, 0...1_000_000, "microseconds",
            "How long a batch that is not full waits at most, and only while images wait that could fill it."),
        integer(
            "inference.max_images", 64, 1...4_096, "images", "Images that one request may carry."),
        integer(
            "inference.max_faces", 500, 1...5_000, "faces",
            "Faces of an image that are embedded; an image with more is refused unless `max_faces` takes fewer."
        ),
    ]

    private static let decode = [
        integer(
            "decode.max_image_bytes", 20 << 20, 1_024...(1 << 30), "bytes",
            "Largest image file that is decoded."),
        integer(
            "decode.max_pixels", 50_000_000, 1_024...1_000_000_000, "pixels",
            "Largest image by width times height, read from its header before anything is allocated."),
        integer("decode.max_side", 32_768, 16...65_500, "pixels", "Longest side of an image."),
    ]

    private static let galleries = [
        flag("galleries.keep_crops", true, "Whether the aligned crop of an enrolled face is stored."),
        integer("galleries.crop_quality", 92, 1...100, "", "JPEG quality of crops, stored or answered."),
    ]

    private static let storage = [
        text(
            "storage.url", nil,
            "Where the database is, as sqlite:///absolute/path, a plain path: nothing in it is percent-decoded, ? and # are refused; "
                + "arcface.sqlite in the data folder if not given."
        ),
        text(
            "storage.data", "data",
            "The data folder, made where it is missing; holds the database by default."),
    ]

    private static let backup = [
        text(
            "backup.folder", "",
            "The folder that backups are written to, made where it is missing; backups in the data folder if empty."
        ),
        integer(
            "backup.keep", 0, 0...100_000, "backups",
            "How many stay in that folder: after a new one the oldest beyond are deleted. 0 keeps all."),
    ]

    private static let jobs = [
        integer(
            "jobs.threads", 1, 1...256, "threads",
            "Threads that a purification may use; the result is the same. With fewer than there are cores, requests keep theirs."
        ),
        integer(
            "jobs.max_vector_bytes", 4 << 30, 1_024...(1 << 40), "bytes",
            "All vectors of a gallery that a purification reads; one of more fails. It takes up to two and a half times this in memory."
        ),
        integer("jobs.queue_limit", 64, 1...4_096, "jobs", "Jobs that may wait for the job thread."),
        number(
            "jobs.heartbeat_seconds", 15, 0.05...600, "seconds",
            "Silence on an event stream after which a comment is sent, so that proxies keep it open."),
    ]

    private static let inversion = [
        flag(
            "inversion.enabled", false,
            "Whether pictures of faces may be made from embeddings, and those that were made be read. They show whom an embedding is of."
        ),
        integer(
            "inversion.max_iterations", 2_000, 1...100_000, "steps",
            "Most steps that one picture may take; other jobs wait for it."),
    ]

    private static let logging = [
        Setting(
            key: "logging.level", kind: .choice(["debug", "info", "warning", "error"]),
            defaultValue: .string("info"), unit: "",
            explanation: "Least severity of the lines that are written."),
        flag("logging.access", true, "Whether every request writes a line."),
    ]
}
