"""Charts as SVG text: pure functions from rows to a picture, no library, no font or script from elsewhere."""
