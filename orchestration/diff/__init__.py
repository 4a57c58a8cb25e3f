"""What differs between two states of the star: two versions, or a candidate and a version."""
