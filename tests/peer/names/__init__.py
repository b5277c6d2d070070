"""What names stand for, and who says so."""
