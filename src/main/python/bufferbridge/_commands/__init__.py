"""The commands of `python -m bufferbridge`."""
