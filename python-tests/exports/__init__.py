"""Java memory as Python buffers: every request, how consumers use the memory, and when it is released."""
