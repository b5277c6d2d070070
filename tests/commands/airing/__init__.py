"""What `p2p-live` takes in, and from whom."""
