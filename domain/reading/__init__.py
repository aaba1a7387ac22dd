"""Free text of posts, as the real world writes it, read into codes. What cannot be read is kept, never guessed."""
