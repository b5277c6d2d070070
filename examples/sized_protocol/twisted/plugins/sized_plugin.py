"""Where p2pstream finds it: one line."""

from p2pstream.protocols.registry import StreamProtocol

sized = StreamProtocol("sized", "sized")
