"""Public pieces for tests: contracts, fakes, simulated networks, films.  Only tests import them.

Start at the contract of what you provide: what every provider of a seam must do, as a mixin for
trial's test cases:

- `data`: `IData`, `IOpened`; `arriving`: `IArriving`, `ICursor`; `sinks`: `ISink`, `IRoomyConsumer`, `IFile`
- `spans`: `IFileSpans`, `IHeldSpans`, `IRevocable`, `IVersioned`
- `protocols`: `IStreamProtocol` and the `ISource` that it gives; `transport`: `Connection`
- `state`: `IDisk`, `IStateFile`; `streams`: `IStream`, `IStoredStream`
- `store`: `IStore`; `hasher`: `IHasher`
- `uplinks`: `IUplink`, `IOutlet`, `IDownlink`
- `unit_sources`: `IUnitSource`; `listeners`: `IUnitListener`; `catalogue`: `ICatalogue`
- `central`: `ICentral`, `IGuest`, and such in memory
- `names`: `INames`; `node`: `INode`; `events`: `IEvents`; `workers`: `IWorkers`; `player`: `IPlayer`
- `nearby`: `INeighbourhood`, and a network in memory
- `live_parts`: `IBroadcast`, `ILiveParty`, `ILiveNeighbour`; `library`: `ILibrary`
- `watched`: `IBroadcastData`, `ILiveData`, `IWatched`
- `views`: `INodeView`, `IPeerView`, `ICentralView`; `fake_views` are such
- `changes`: `IPeerChanges`; `requests`: `IWebRequest`, and one in memory

What such tests, and others, are made of:

- `clock`, `link`, `network`, `endpoints`, `memory`, `outgoing`: time and connections in memory
- `disks`, `faults`, `power`: disks in memory, that fail, and whose power is cut; `proven`: films with trees
- `consumers`, `roomy`, `patterns`, `sources`, `units`: who takes bytes, and where they come from
- `null_player`: a player without a window; `film`: films whose frames carry their number
"""
