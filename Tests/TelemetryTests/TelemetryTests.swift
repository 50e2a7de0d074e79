import Testing
import Telemetry
