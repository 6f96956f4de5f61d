"""The library's reports: leaks, lists of what is out, Flight Recorder, the doctor."""
