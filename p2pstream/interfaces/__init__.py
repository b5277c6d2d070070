"""Every seam that a third party may implement, and nothing else: no logic here.

Start at `bytes`, and go on in the order in which a byte meets them:

- `bytes`: `IFile`, `IWorkers`, `IData`, `IOpened`, `IArriving`, `ICursor`, `IFileSpans`, `IHeldSpans`,
  `IRevocable`, `IVersioned`, `ISink`, `IRoomyConsumer`
- `wires`: `INames`, `INode`, `IUplink`, `IOutlet`, `IDownlink`, `IStreamProtocol`, `ISource`
- `state`: `IDisk`, `IStateFile`
- `proofs`: `IHasher`, `IStream`, `IStoredStream`, `IHeldStream`, `IStore`, `IUnitSource`, `IUnitListener`
- `central`: `ICentral`, `IGuest`, `ICatalogue`
- `fetching`: `IFetched`, `IFetches`
- `live`: `IBroadcast`, `IBroadcastData`, `ILiveData`, `IWatched`, `ILiveNeighbour`, `ILiveParty`,
  `ILiveStreams`
- `nearby`: `INeighbourhood`
- `films`: `IMedia`
- `library`: `ILibrary`
- `web`: `IWebRequest`
- `people`: `IStreamView`, `IPlayer`, `IEvents`
- `views`: `ITraffic`, `IMeter`, `INodeView`, `IPeerView`, `ICentralView`, `IPeerChanges`

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
from p2pstream.interfaces.fetching import IFetched, IFetches
from p2pstream.interfaces.films import IMedia
from p2pstream.interfaces.library import ILibrary
from p2pstream.interfaces.live import (
    IBroadcast,
    IBroadcastData,
    ILiveData,
    ILiveNeighbour,
    ILiveParty,
    ILiveStreams,
    IWatched,
)
from p2pstream.interfaces.nearby import INeighbourhood
from p2pstream.interfaces.people import IEvents, IPlayer, IStreamView
from p2pstream.interfaces.proofs import (
    IHasher,
    IHeldStream,
    IStore,
    IStoredStream,
    IStream,
    IUnitListener,
    IUnitSource,
)
from p2pstream.interfaces.state import IDisk, IStateFile
from p2pstream.interfaces.views import (
    ICentralView,
    IMeter,
    INodeView,
    IPeerChanges,
    IPeerView,
    ITraffic,
)
from p2pstream.interfaces.web import IWebRequest
from p2pstream.interfaces.wires import IDownlink, INames, INode, IOutlet, ISource, IStreamProtocol, IUplink

__all__ = [
    "IArriving",
    "IBroadcast",
    "IBroadcastData",
    "ICatalogue",
    "ICentral",
    "ICentralView",
    "ICursor",
    "IData",
    "IDisk",
    "IDownlink",
    "IEvents",
    "IFetched",
    "IFetches",
    "IFile",
    "IFileSpans",
    "IGuest",
    "IHasher",
    "IHeldSpans",
    "IHeldStream",
    "ILibrary",
    "ILiveData",
    "ILiveNeighbour",
    "ILiveParty",
    "ILiveStreams",
    "IMedia",
    "IMeter",
    "INames",
    "INeighbourhood",
    "INode",
    "INodeView",
    "IOpened",
    "IOutlet",
    "IPeerChanges",
    "IPeerView",
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
    "ITraffic",
    "IUnitListener",
    "IUnitSource",
    "IUplink",
    "IVersioned",
    "IWatched",
    "IWebRequest",
    "IWorkers",
]
