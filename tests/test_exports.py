"""What others may build on; a name that goes from here is a break, and must warn before."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from twisted.trial.unittest import SynchronousTestCase

import p2pstream
from p2pstream import errors, interfaces, testing

INTERFACES = """
    IArriving ICursor IData IEvents IFile IFileSpans INames INode IOpened IPlayer IRoomyConsumer ISink ISource
    IStreamProtocol IStreamView IWorkers
"""
ERRORS = """
    BadAddress BadName BadShare CannotListen CannotPlay Gone NoCentral NoPlayer NoSource NotFound NotShared
    P2PStreamError PeerError PeersDisagree PluginError RangeError ReadStopped SessionError SourceLost
    StorageError UsageError
"""
CONTRACTS = """
    ArrivingContract BroadcastContract BroadcastDataContract CentralContract ConnectionContract DataContract
    DownlinkContract EventsContract FileContract GuestContract HeldSpansContract LiveDataContract
    LiveNeighbourContract LivePartyContract NamesContract NodeContract OpenedContract PeerChangesContract
    PlayerContract RevocableContract RoomyContract SinkContract SpansContract StreamProtocolContract
    UnitListenerContract UplinkContract VersionedContract WatchedContract WebRequestContract WorkersContract
"""


class ExportTests(SynchronousTestCase):
    """The public API, name by name."""

    def test_interfaces(self) -> None:
        """Every seam."""
        self.assertLessEqual(set(INTERFACES.split()), set(interfaces.__all__))

    def test_errors(self) -> None:
        """Every error that somebody may want to catch."""
        self.assertLessEqual(set(ERRORS.split()), set(errors.__all__))

    def test_contracts(self) -> None:
        """What a provider of a seam tests itself with."""
        found: set[str] = set()
        for module in pkgutil.walk_packages(testing.__path__, "p2pstream.testing."):
            if module.ispkg or module.name.endswith("__main__"):
                continue
            found.update(import_module(module.name).__all__)
        self.assertLessEqual(set(CONTRACTS.split()), found)

    def test_all_is_there(self) -> None:
        """What a module says that it exports, it has."""
        for module in (p2pstream, interfaces, errors):
            for name in module.__all__:
                self.assertTrue(hasattr(module, name), name)

    def test_importing_costs_nothing(self) -> None:
        """The package itself brings its version and no more."""
        self.assertEqual(p2pstream.__all__, ["__version__"])
