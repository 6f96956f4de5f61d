"""The documents, the examples and the types are correct."""
