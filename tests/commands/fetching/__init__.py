"""A stream as a command has it."""
