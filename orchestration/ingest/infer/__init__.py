"""A first contract for a source that nobody has described yet: read, guessed, written, checked against its own rows."""
