"""岗位: written by employers, looked at by offices, found by graduates, shared with partners."""
