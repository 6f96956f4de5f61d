"""Python memory in Java: what arrives, until when, and on which threads."""
