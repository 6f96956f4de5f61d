"""What the library tells: leaks, who holds what, Flight Recorder, the doctor."""
