"""WHAT: pure values and rules about names, addresses, ranges and text."""
