"""Tests of `p2pstream.web.live`."""
