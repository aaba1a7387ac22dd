"""Which posts fit a graduate best: an index over columns, shared between processes. No SQL, no HTTP."""
