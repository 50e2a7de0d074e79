import Testing
import HTTP
