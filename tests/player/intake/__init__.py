"""Bytes on their way to libvlc."""
