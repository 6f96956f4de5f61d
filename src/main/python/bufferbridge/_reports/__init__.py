"""What the library says: what is out, leaks, stacks, log messages."""
