extension ModelContract {
    /// In what the models of a gallery (this) and of who asks differ, for people: the files, or what else of one file's
    /// preparation is unlike.
    package func difference(to given: ModelContract) -> String {
        guard fingerprint == given.fingerprint else {
            return
                "the gallery belongs to the model \(fingerprint.prefix(16)), this is \(given.fingerprint.prefix(16))"
        }
        let (own, other) = (parts, given.parts)
        let unlike = Set(own.keys).union(other.keys).filter { own[$0] != other[$0] }.sorted().map {
            "\($0) is \(own[$0] ?? "the default") in the gallery and \(other[$0] ?? "the default") here"
        }
        return
            "the gallery belongs to the model \(fingerprint.prefix(16)) as this is, but prepared otherwise: "
            + unlike.joined(separator: ", ")
    }

    /// The preprocessing by name, and the dimension.
    private var parts: [String: String] {
        var parts = ["dimension": "\(dimension)"]
        for part in preprocessing.split(separator: " ") {
            let (name, value) = (part.prefix { $0 != "=" }, part.drop { $0 != "=" }.dropFirst())
            parts[String(name)] = String(value)
        }
        return parts
    }
}
