import Foundation

/// The system's words for an error of its.
func systemReason(_ number: Int32) -> String { String(cString: strerror(number)) }
