"""What exists before the first day, and how it is written down."""
