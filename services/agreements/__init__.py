"""网签: agreements of graduates and units, from the code that is scanned to the sealed paper, and their release."""
