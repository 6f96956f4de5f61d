"""Each kind of Java memory: what it looks like, how long it stays, who may free or move it."""
