import Encodings
import HTTP
import HTTPServer

/// The images and embeddings of a request with its options, whichever form they came in.
struct ImageForms: Sendable {
    /// A named input, `image1` say.
    struct Entry: Sendable {
        let name: String
        let input: FaceInput
    }

    private(set) var entries: [Entry] = []
    /// Whether the client sent a list, and so gets one back.
    private(set) var isList = false
    /// The member of a JSON body that the list stood in.
    private var listName: String?
    private(set) var options: OptionValues

    /// What `Content-Type` may be, as the `Accept` of a 415 tells.
    private static let accepted =
        "image/jpeg, image/png, application/octet-stream, multipart/form-data, application/json"

    /// Reads the body of `request` by the rules of its operation.
    ///
    /// - Parameter imageLimit: images that one request may carry.
    static func read(
        _ request: RouteRequest, _ body: Operation.Body, imageLimit: Int
    ) async throws -> ImageForms {
        let limits = request.bodyLimits
        let form = try Form(request.request.head.headers)
        let bytes = try await timed(.read) {
            try await limits.budget.collect(request.request.body, upTo: limits.bytes)
        }
        let options = request.options
        // The other forms are found in a body, not made of it.
        return try await BodyParsing.run(form.isJSON ? bytes.count : 0) {
            var forms = ImageForms(options: options)
            switch form {
            case .raw: try forms.readRaw(bytes)
            case .multipart(let type): try forms.readMultipart(bytes, type, body, imageLimit)
            case .json: try forms.readJSON(bytes, body)
            }
            try forms.options.checkRequired()
            guard forms.entries.count <= imageLimit else { throw forms.tooMany(imageLimit) }
            return forms
        }
    }

    private func tooMany(_ limit: Int) -> Problem {
        if let listName {
            return .parameter(listName, "holds \(entries.count) elements, at most \(limit) are taken")
        }
        return .parameter(
            entries[limit].name,
            "is one too many: \(entries.count) inputs were sent, at most \(limit) are taken")
    }

    /// The three forms of the contract.
    private enum Form {
        case raw
        case multipart(MediaType)
        case json

        var isJSON: Bool { if case .json = self { true } else { false } }

        /// The label decides between the forms only; what an image is, its bytes tell.
        init(_ headers: HTTPHeaders) throws {
            try BodyForm.refuseEncoded(headers)
            guard let text = headers.text(.contentType) else {
                self = .raw
                return
            }
            guard let type = MediaType(text) else { throw ImageForms.unsupported(text) }
            switch type.essence {
            case "application/json": self = .json
            case "multipart/form-data": self = .multipart(type)
            case "application/octet-stream": self = .raw
            default:
                guard type.type == "image" else { throw ImageForms.unsupported(type.essence) }
                self = .raw
            }
        }
    }

    private init(options: OptionValues) { self.options = options }

    private static func unsupported(_ type: String) -> Problem {
        Problem(
            .unsupportedMediaType, "'\(type.excerpt)' is not taken here; send one of \(accepted)",
            headers: [.init(name: "Accept", value: accepted)])
    }

    private mutating func readRaw(_ bytes: [UInt8]) throws {
        guard !bytes.isEmpty else { throw Problem(.imageMissing, "the body is empty") }
        entries = [Entry(name: "image", input: .image(bytes))]
    }

    private mutating func readMultipart(
        _ bytes: [UInt8], _ type: MediaType, _ body: Operation.Body, _ imageLimit: Int
    ) throws {
        var multipart = MultipartLimits()
        multipart.maximumParts = imageLimit + 64
        let form = try MultipartForm(body: bytes, contentType: type, limits: multipart)
        for part in form.parts {
            if body.imageNames.contains(part.name) {
                try add(part.name, .image(Array(part.content)), repeats: body.takesSeveral)
            } else {
                // First, for it is mostly a file in a part of another name that comes here.
                guard options.takes(field: part.name) else { throw Self.unknownPart(part.name, body) }
                guard let text = String(validating: part.content, as: UTF8.self) else {
                    throw Problem.parameter(part.name, "is not UTF-8 text")
                }
                try options.add(field: part.name, text: text)
            }
        }
        isList = body.takesSeveral && entries.count > 1
        guard !entries.isEmpty else { throw Self.missing(body) }
    }

    private static func unknownPart(_ name: String, _ body: Operation.Body) -> Problem {
        let parts = body.imageNames.sorted().map { "'\($0)'" }.joined(separator: ", ")
        let places =
            body.takesSeveral ? "parts called" : body.imageNames.count > 1 ? "parts" : "a part called"
        return .parameter(name, "is not known here; images come in \(places) \(parts)")
    }

    private mutating func add(
        _ name: String, _ input: FaceInput, repeats: Bool, as given: String? = nil
    ) throws {
        guard repeats || !entries.contains(where: { $0.name == name }) else {
            throw Problem.parameter(given ?? name, "stands where another input does already")
        }
        entries.append(Entry(name: name, input: input))
    }

    private mutating func readJSON(_ bytes: [UInt8], _ body: Operation.Body) throws {
        guard let object = try JSONParser.parse(bytes).objectValue else {
            throw Problem(.jsonInvalid, "an object is expected")
        }
        try options.add(object, besides: body.jsonNames)
        for member in object.members where body.jsonNames.contains(member.key) {
            if member.value == .null { continue }
            if member.key == "images" || member.key == "embeddings" {
                try addList(member)
            } else {
                try add(
                    Self.slot(member.key), try Self.input(member.key, member.value), repeats: false,
                    as: member.key)
            }
        }
        guard !entries.isEmpty || isList else { throw Self.missing(body) }
    }

    private mutating func addList(_ member: JSONObject.Member) throws {
        guard let elements = member.value.arrayValue, !elements.isEmpty else {
            throw Problem.parameter(member.key, "must be an array of at least one element")
        }
        guard entries.isEmpty else { throw Problem.parameter(member.key, "stands beside another input") }
        isList = true
        listName = member.key
        let name = String(member.key.dropLast())
        entries = try elements.enumerated().map { index, value in
            Entry(name: "image", input: try Self.input(name, value, place: "\(member.key)[\(index)]"))
        }
    }

    /// `embedding1` takes the place of `image1`.
    private static func slot(_ name: String) -> String { name.replacing("embedding", with: "image") }

    private static func input(_ name: String, _ value: JSONValue, place: String? = nil) throws -> FaceInput {
        if name.hasPrefix("embedding") {
            guard let vector = vector(value) else {
                throw Problem.parameter(
                    place ?? name, "must be an array of numbers, or base64 of little-endian float32")
            }
            return .embedding(vector)
        }
        guard let text = value.stringValue else {
            throw Problem.parameter(place ?? name, "must be a base64 text")
        }
        guard let bytes = Base64.decode(try payload(of: text, place ?? name)) else {
            throw Problem.parameter(place ?? name, "is not valid base64")
        }
        return .image(bytes)
    }

    /// What follows a `data:` prefix (RFC 2397), or all of the text.
    private static func payload(of text: String, _ name: String) throws -> Substring {
        guard text.prefix(5).lowercased() == "data:" else { return text[...] }
        guard let comma = text.utf8.firstIndex(of: UInt8(ascii: ",")),
            text[..<comma].lowercased().hasSuffix(";base64")
        else { throw Problem.parameter(name, "has a data: prefix that is not base64") }
        return text[text.utf8.index(after: comma)...]
    }

    /// The numbers of an embedding: an array, or base64 of little-endian float32. A number that does not fit
    /// into float32 becomes infinite and is refused with the others that are not finite.
    static func vector(_ value: JSONValue) -> [Float]? {
        if let text = value.stringValue { return Base64.decodeFloats(text) }
        guard let elements = value.arrayValue else { return nil }
        var vector: [Float] = []
        vector.reserveCapacity(elements.count)
        for element in elements {
            guard let number = element.doubleValue else { return nil }
            vector.append(Float(number))
        }
        return vector
    }

    private static func missing(_ body: Operation.Body) -> Problem {
        Problem(.imageMissing, "one of these is needed: " + body.jsonNames.sorted().joined(separator: ", "))
    }
}

extension Operation.Body {
    /// The names of images in a form.
    var imageNames: Set<String> {
        switch self {
        case .none, .json, .lines: []
        case .image, .images: ["image"]
        case .pair: ["image", "image1", "image2"]
        }
    }

    /// Whether several parts may be called `image`.
    var takesSeveral: Bool { if case .images = self { true } else { false } }

    /// The members of a JSON body that are no options.
    var jsonNames: Set<String> {
        switch self {
        case .none, .json, .lines: []
        case .image(let embedding): embedding ? ["image", "embedding"] : ["image"]
        case .images(let embedding):
            embedding ? ["image", "images", "embedding", "embeddings"] : ["image", "images"]
        case .pair: ["image", "image1", "image2", "embedding", "embedding1", "embedding2"]
        }
    }
}
