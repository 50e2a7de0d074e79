import Testing
import Faces
