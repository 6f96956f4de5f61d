"""What the documents, the examples and the types say is so."""
