"""The start and the end of a JVM and of the process: alone, beside other bridges, forked, interrupted."""
