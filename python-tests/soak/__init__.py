"""Long runs that make targets start: stress, soaks, process ends."""
