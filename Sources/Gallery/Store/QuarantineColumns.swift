/// The columns of `quarantine` that describe why, in one order for writing and reading; staged imports have
/// them too.
enum QuarantineColumns {
    static let names = "job_id, reason, angle, nearest, nearest_angle, move_to, created_at"
    static let count: Int32 = 7

    /// `q.job_id, q.reason, ...`
    static func names(of table: String) -> String {
        names.split(separator: ", ").map { table + "." + $0 }.joined(separator: ", ")
    }

    static func values(_ record: QuarantineRecord?) -> [SQLiteValue] {
        guard let record else { return Array(repeating: .null, count: Int(count)) }
        return [
            .id(record.job), .text(record.reason.rawValue), .real(Double(record.angle)),
            .optional(record.nearest?.text), .optional(record.nearestAngle), .optional(record.moveTo?.text),
            .time(record.createdAt),
        ]
    }

    /// `nil` where the face is not set aside.
    static func record(_ row: Row, at first: Int32) throws(GalleryError) -> QuarantineRecord? {
        guard !row.isNull(first) else { return nil }
        guard let reason = QuarantineRecord.Reason(rawValue: row.text(first + 1)) else {
            throw row.damaged("a quarantine has a reason that we don't know")
        }
        return QuarantineRecord(
            job: try row.id(first), reason: reason, angle: Float(row.real(first + 2)),
            nearest: row.optionalText(first + 3).map(IdentityName.init(stored:)),
            nearestAngle: row.optionalFloat(first + 4),
            moveTo: row.optionalText(first + 5).map(IdentityName.init(stored:)),
            createdAt: row.time(first + 6))
    }
}
