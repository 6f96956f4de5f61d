"""Java objects in Python: the operators of their interfaces, values on their way to Java, other bridges' objects."""
