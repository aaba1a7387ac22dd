"""Posts brought to people without their asking: each day to graduates, as a digest to counselors."""
