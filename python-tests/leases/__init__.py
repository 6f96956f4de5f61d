"""Python memory in Java: what arrives, how long it is valid, and on which threads."""
