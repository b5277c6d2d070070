"""The native protocol: peers that ask each other for units of streams, and for their proofs."""
