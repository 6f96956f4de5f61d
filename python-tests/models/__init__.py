"""The library's atomic words, as models of which every interleaving is taken."""
