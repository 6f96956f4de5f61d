"""Exceptions of both languages, and the ends of `with` blocks."""
