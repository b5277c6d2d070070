"""The parts of each role, put together; a role imports no more than what it is made of."""
