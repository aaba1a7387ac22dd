"""用人单位: registered by whoever recruits for them, looked at by an office before anything may be used."""
