"""The composition root: builds the hands, opens the doors, runs the clock. Imports all, imported by none."""
