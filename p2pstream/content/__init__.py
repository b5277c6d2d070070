"""WHAT: names, addresses, ranges, keys, trees, records, as pure values, and the rules about them."""
