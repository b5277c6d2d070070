"""The public API, written down: what is taken away from it warns for two releases first."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

import p2pstream
from p2pstream import errors, interfaces, testing

INTERFACES = """
    IArriving ICursor IData IEvents IFile IFileSpans INames INode IPlayer IRoomyConsumer ISink ISource
    IStreamProtocol IStreamView IWorkers
"""
ERRORS = """
    BadAddress BadName BadShare CannotListen CannotPlay Gone NoCentral NoPlayer NoSource NotFound NotShared
    P2PStreamError PeerError PeersDisagree PluginError RangeError ReadStopped SessionError SourceLost
    StorageError UsageError
"""
TESTING = {
    "arriving": "ArrivingContract",
    "clock": "HeapClock",
    "consumers": "CollectingConsumer CountingProducer MarkedConsumer PausingConsumer RefusingConsumer"
    " RestlessConsumer StoppingConsumer",
    "data": "CONTENT SMALL DataContract",
    "endpoints": "Answering MemoryEndpoint",
    "events": "HOSTILE EventsContract samples",
    "film": "CONTAINERS decode_number make_film perforations",
    "link": "MemoryLink",
    "memory": "MemoryTransport",
    "names": "NamesContract",
    "network": "MemoryClientEndpoint MemoryNetwork MemoryPort MemoryServerEndpoint",
    "node": "FakeNode HeardEvents Names NodeContract",
    "outgoing": "Closing Outgoing",
    "patterns": "PatternData pattern",
    "player": "NeverData PlayerContract",
    "protocols": "StreamProtocolContract",
    "sinks": "FileContract RoomyContract SinkContract",
    "sources": "FakeSource FakeSources",
    "transport": "ConnectionContract RoomyCollector",
    "workers": "HeldWorkers InlineWorkers WorkersContract",
}
#: Needs more than the program itself.
OPTIONAL = {"film": "av", "player": "av"}


class ExportsTests(SynchronousTestCase):
    """Nothing is public by accident, and nothing public goes unnoticed."""

    def test_package(self) -> None:
        """The package itself has its version; the parts are imported by name."""
        self.assertEqual(p2pstream.__all__, ["__version__"])

    def test_interfaces(self) -> None:
        """Every seam."""
        self.assertEqual(sorted(interfaces.__all__), sorted(INTERFACES.split()))

    def test_errors(self) -> None:
        """Every error."""
        self.assertEqual(sorted(errors.__all__), sorted(ERRORS.split()))

    def test_testing(self) -> None:
        """Every contract, and what tests are made of."""
        modules = {path.stem for path in Path(testing.__path__[0]).glob("*.py")} - {"__init__"}
        self.assertEqual(modules, set(TESTING))
        for name, public in TESTING.items():
            try:
                module = import_module(f"p2pstream.testing.{name}")
            except ImportError as fault:
                self.assertEqual(fault.name, OPTIONAL.get(name))
                continue
            self.assertEqual(sorted(module.__all__), sorted(public.split()), name)

    def test_all_exist(self) -> None:
        """What is said to be public is there."""
        for module in (p2pstream, interfaces, errors):
            for name in module.__all__:
                self.assertTrue(hasattr(module, name), name)

    def test_testing_is_described(self) -> None:
        """The page of the API names every module of the tests' public pieces."""
        described = set(re.findall(r"`([a-z]+)`", testing.__doc__ or ""))
        self.assertEqual(described, set(TESTING))

    def test_every_seam_is_tested(self) -> None:
        """Contracts name the seam that they are of; a snapshot's is a value, and needs none."""
        described = set(re.findall(r"`(I[A-Z]\w+)`", testing.__doc__ or ""))
        self.assertEqual(set(INTERFACES.split()) - described, {"IFileSpans", "IStreamView"})
