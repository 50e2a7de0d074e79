import Testing
import FaceService
