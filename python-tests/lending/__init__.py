"""Memory by other protocols than the buffer protocol, both ways."""
