"""Memory of Python objects that have no buffer, and lend it by another protocol."""
