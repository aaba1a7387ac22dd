"""任务: writing and dispatching them, what counselors do with them, and how far everybody is."""
