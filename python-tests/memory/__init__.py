"""Each kind of Java memory: what it looks like, how long it stays, and what may free or move it."""
