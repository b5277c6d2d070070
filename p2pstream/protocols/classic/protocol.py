"""The protocols and factories of both ends, under one roof."""

from p2pstream.protocols.classic.lookup import (
    LookupClient,
    LookupClientFactory,
    LookupFactory,
    LookupProtocol,
)
from p2pstream.protocols.classic.transfer import (
    TransferClient,
    TransferClientFactory,
    TransferFactory,
    TransferProtocol,
    TransferSource,
)

__all__ = [
    "LookupClient",
    "LookupClientFactory",
    "LookupFactory",
    "LookupProtocol",
    "TransferClient",
    "TransferClientFactory",
    "TransferFactory",
    "TransferProtocol",
    "TransferSource",
]
