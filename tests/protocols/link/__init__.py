"""Tests of the link that native connections start with."""
