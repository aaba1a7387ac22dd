"""Template messages: one frozen class each, whose fields fit the platform's limits the moment they are made."""
