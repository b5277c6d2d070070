"""Connections: contracts of the seams of ``interfaces.wires``, and connections in memory.

Start at `link`, two ends that push back, and `protocols`, which every `IStreamProtocol` inherits.

- `transport`, with `transport_receiving` and `transport_ending`: `Connection`, over `pairs`
- `uplinks`: `IUplink`, `IOutlet`, `IDownlink`; `tallied`: a downlink that counts; `names`: `INames`
- `memory`, `outgoing`: one end; `endpoints`, `network`: how ends meet
- `sources`: an `ISource` that does what a test says
"""
