import Testing
import ONNX
