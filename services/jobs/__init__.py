"""Long work that a person starts and watches: imports and exports, done by the worker."""
