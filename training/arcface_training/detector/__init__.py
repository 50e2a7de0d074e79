"""The default face detector: scenes, network, training, export and measurement."""
