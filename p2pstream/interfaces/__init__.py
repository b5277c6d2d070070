"""Every seam that a third party may implement, and nothing else: no logic here.

In the order in which a byte meets them:

- `bytes`: `IFile`, `IWorkers`, `IData`, `IOpened`, `IArriving`, `ICursor`, `IFileSpans`, `IHeldSpans`,
  `IRevocable`, `IVersioned`, `ISink`, `IRoomyConsumer`
- `wires`: `INames`, `INode`, `IUplink`, `IOutlet`, `IDownlink`, `IStreamProtocol`, `ISource`
- `proofs`: `IDisk`, `IStateFile`, `IHasher`, `IStream`, `IStoredStream`, `IHeldStream`, `IStore`,
  `IUnitSource`, `IUnitListener`
- `central`: `ICentral`, `IGuest`, `ICatalogue`
- `nearby`: `INeighbourhood`
- `people`: `IStreamView`, `IPlayer`, `IEvents`

Ranges are half-open everywhere: ``start`` is the first byte, ``stop`` the first one
past the end.  A method that returns a Deferred never raises what the Deferred could
carry, except where its docstring says "at once".  Every Deferred may be cancelled.
"""

from p2pstream.interfaces.bytes import (
    IArriving,
    ICursor,
    IData,
    IFile,
    IFileSpans,
    IHeldSpans,
    IOpened,
    IRevocable,
    IRoomyConsumer,
    ISink,
    IVersioned,
    IWorkers,
)
from p2pstream.interfaces.central import ICatalogue, ICentral, IGuest
from p2pstream.interfaces.nearby import INeighbourhood
from p2pstream.interfaces.people import IEvents, IPlayer, IStreamView
from p2pstream.interfaces.proofs import (
    IDisk,
    IHasher,
    IHeldStream,
    IStateFile,
    IStore,
    IStoredStream,
    IStream,
    IUnitListener,
    IUnitSource,
)
from p2pstream.interfaces.wires import IDownlink, INames, INode, IOutlet, ISource, IStreamProtocol, IUplink

__all__ = [
    "IArriving",
    "ICatalogue",
    "ICentral",
    "ICursor",
    "IData",
    "IDisk",
    "IDownlink",
    "IEvents",
    "IFile",
    "IFileSpans",
    "IGuest",
    "IHasher",
    "IHeldSpans",
    "IHeldStream",
    "INames",
    "INeighbourhood",
    "INode",
    "IOpened",
    "IOutlet",
    "IPlayer",
    "IRevocable",
    "IRoomyConsumer",
    "ISink",
    "ISource",
    "IStateFile",
    "IStore",
    "IStoredStream",
    "IStream",
    "IStreamProtocol",
    "IStreamView",
    "IUnitListener",
    "IUnitSource",
    "IUplink",
    "IVersioned",
    "IWorkers",
]
