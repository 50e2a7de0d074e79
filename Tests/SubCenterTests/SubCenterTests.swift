import Testing
import SubCenter
