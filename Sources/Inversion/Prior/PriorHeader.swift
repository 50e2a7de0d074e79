import Foundation

/// The first line of a prior's file: JSON that says what the numbers behind it are.
struct PriorHeader: Codable {
    var format = Self.formatName
    var version = Self.currentVersion
    let model: String
    let fingerprint: String
    let preprocessing: String
    let faces: Int
    let width: Int
    let height: Int
    let norm: Float
    let sites: [Site]

    /// A value of the graph, of whose channels there are as many means and then as many deviations.
    struct Site: Codable {
        let value: String
        let channels: Int
    }

    static let formatName = "arcface-inversion-prior"
    static let currentVersion = 1

    /// What every version has.
    struct Version: Decodable {
        let format: String
        let version: Int
    }

    /// Numbers of all sites: two a channel. Nil where that overflows.
    var floatCount: Int? {
        var count = 0
        for site in sites {
            let (sum, overflow) = count.addingReportingOverflow(site.channels)
            if overflow { return nil }
            count = sum
        }
        let (doubled, overflow) = count.multipliedReportingOverflow(by: 2)
        return overflow ? nil : doubled
    }
}

/// Bounds that a prior's file may not cross.
enum PriorLimits {
    /// A network of 200 layers of 2,048 channels has 3 MB of statistics.
    static let fileBytes = 64 << 20
    static let headerBytes = 1 << 20
    static let sites = 4_096
    static let channels = 1 << 16
    static let faces = 1...10_000_000
    /// Pixels of a side of the mean picture.
    static let sides = 1...1_024
    static let checksumBytes = 32
}
