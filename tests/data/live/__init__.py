"""Broadcasts on the disk and in memory."""
