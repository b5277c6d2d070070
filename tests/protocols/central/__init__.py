"""Tests of the family of messages between peers and their central."""
