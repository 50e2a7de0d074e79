"""Portraits of nobody: averages of groups of faces, for examples, tests and the self-test."""
