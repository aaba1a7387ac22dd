"""Files: the encrypted vault, reading spreadsheets in safety, writing them as a stream."""
