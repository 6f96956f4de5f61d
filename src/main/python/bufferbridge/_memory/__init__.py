"""Memory: new, copied and lent memory, its pickles, numpy's way to it, and the formats of ctypes."""
