"""Trains, exports and measures the models that are built into arcface."""
