"""Java objects in Python: operators of their interfaces, values on their way to Java, boxes, other bridges' objects."""
