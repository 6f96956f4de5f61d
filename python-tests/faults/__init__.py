"""Each call that can fail does, in turn: `make faults`."""
