"""Java memory as Python buffers: every request, what consumers do with it, and when it goes back."""
