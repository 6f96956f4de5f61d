"""What each process of a run can do: ours, CPython's and the peers'. Each module has cases() and versions()."""
