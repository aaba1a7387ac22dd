"""What `./wx` does: set-up, the demo, the test run. Standard library alone, and no part of the product."""
