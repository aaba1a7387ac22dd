"""Doors over HTTP: each parses, makes one service call and dresses the answer."""
