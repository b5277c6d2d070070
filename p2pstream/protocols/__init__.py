"""HOW: wire protocols, each a plugin, and the registry that finds them."""
