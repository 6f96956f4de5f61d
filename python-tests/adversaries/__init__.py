"""Generated attacks: each finds the entries that it covers, and fails where one is missing."""
