import Gallery
import HTTP
import HTTPServer

extension ServerResponse {
    /// 202 with a job and where it is.
    static func accepted(_ job: JobRecord) throws -> ServerResponse {
        var response = ServerResponse.json(try JobAnswer(job), status: 202)
        response.headers[.location] = FieldValue("/admin/jobs/\(job.id.text)")
        return response
    }
}
