"""Models of the library's atomic words; the tests explore every interleaving."""
