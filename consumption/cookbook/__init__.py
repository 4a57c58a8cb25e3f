"""The cookbook's questions: what they say, their answer from the published version, and its picture."""
