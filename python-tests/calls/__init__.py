"""Python calls Java, and Java calls back: members, arguments, results and errors."""
