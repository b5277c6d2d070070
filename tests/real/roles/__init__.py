"""What central and peer do by themselves."""
