"""What readers of the published marts see."""
