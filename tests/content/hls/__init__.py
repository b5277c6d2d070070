"""Tests of `p2pstream.content.hls`."""
