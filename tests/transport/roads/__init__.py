"""How bytes leave and come in."""
