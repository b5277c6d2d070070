"""The wire protocols of p2pstream, one line each; their modules are imported when needed."""

from p2pstream.protocols.registry import StreamProtocol

central = StreamProtocol("central", "p2pstream.protocols.central.plugin")
classic = StreamProtocol("classic", "p2pstream.protocols.classic.plugin")
http = StreamProtocol("http", "p2pstream.protocols.http.plugin")
native = StreamProtocol("native", "p2pstream.protocols.native.plugin")
