"""The sides: bufferbridge, CPython's controls and the peers. Each module has cases() and versions()."""
