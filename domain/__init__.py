"""Rules that are true without any input or output: machines, refusals, values, codes."""
