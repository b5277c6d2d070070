"""What every native connection starts with; families of messages are offered over it."""
