"""Doors by the clock: each tick is one service call that finds its work by state."""
