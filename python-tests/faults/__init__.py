"""Makes each call that can fail do so, one after the other: `make faults`."""
