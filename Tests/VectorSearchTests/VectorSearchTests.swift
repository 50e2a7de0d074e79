import Testing
import VectorSearch
