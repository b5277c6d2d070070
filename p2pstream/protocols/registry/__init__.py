"""Which wire protocols there are: found as plugins, and switched off when they break.

Ours stand in ``twisted/plugins/p2pstream_protocols.py``, a stranger's in a file of his
own in any ``twisted/plugins`` folder on the path; both are found on the same road.
"""

from p2pstream.content.sniff import Sniff
from p2pstream.protocols.registry.line import StreamProtocol
from p2pstream.protocols.registry.plugins import Registry
from p2pstream.protocols.registry.thin import ThinProtocol

__all__ = ["Registry", "Sniff", "StreamProtocol", "ThinProtocol"]
