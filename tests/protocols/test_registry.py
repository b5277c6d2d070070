"""Finding protocols, and outliving broken ones."""

from __future__ import annotations

import sys
from importlib import import_module, invalidate_caches
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory, Protocol
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from p2pstream.errors import BadName, PluginError
from p2pstream.interfaces import IEvents, IStreamProtocol
from p2pstream.protocols.registry import Registry, Sniff, StreamProtocol
from p2pstream.protocols.registry.guard import Guarded
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import FakeNode


@implementer(IEvents)
class Heard:
    """Keeps what happened."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []

    def happened(self, event: str, **fields: Any) -> None:
        """Keep it."""
        self.events.append((event, fields))


@implementer(IStreamProtocol)
class Zebra:
    """A plugin that works."""

    name, version, fallback = "zebra", "1", False

    def sniff(self, prefix: bytes) -> Any:
        """Z is for zebra."""
        return Sniff.YES if prefix.startswith(b"Z") else Sniff.NO

    def server_factory(self, node: Any) -> Any:
        """A factory."""
        return Factory.forProtocol(Protocol)

    def client_factory(self, node: Any, want: Any) -> Any:
        """A factory."""
        return Factory.forProtocol(Protocol)

    def accept(self, transport: Any, prefix: bytes, node: Any) -> Any:
        """A protocol."""
        return Protocol()

    def connect(self, endpoint: Any, want: Any, node: Any) -> Deferred[Any]:
        """Never."""
        return Deferred()


HOOKS: dict[str, tuple[Any, ...]] = {
    "sniff": (b"Z",),
    "server_factory": (None,),
    "client_factory": (None, None),
    "accept": (None, b"", None),
    "connect": (None, None, None),
}


class ZooTests(SynchronousTestCase):
    """Plugin files in a folder of their own."""

    def setUp(self) -> None:
        """A package of plugin files that nobody else sees."""
        self.heard = Heard()
        folder = Path(self.mktemp())
        self.plugins = folder / "p2pzoo" / "plugins"
        self.plugins.mkdir(parents=True)
        for package in (self.plugins, self.plugins.parent):
            (package / "__init__.py").touch()
        before = set(sys.modules)
        sys.path.insert(0, str(folder.resolve()))
        self.addCleanup(sys.path.remove, str(folder.resolve()))
        self.addCleanup(lambda: [sys.modules.pop(name) for name in set(sys.modules) - before])

    def put(self, name: str, text: str) -> None:
        """A plugin file."""
        head = "from p2pstream.protocols.registry import StreamProtocol\n"
        (self.plugins / f"{name}.py").write_text(head + dedent(text))
        invalidate_caches()

    def package(self) -> ModuleType:
        """Where the registry is to look."""
        return import_module("p2pzoo.plugins")

    def load(self) -> tuple[list[str], list[str]]:
        """The names that were found, and those that were named as broken."""
        names = [protocol.name for protocol in Registry(self.heard, self.package()).load()]
        return names, [fields["plugin"] for event, fields in self.heard.events if event == "plugin_disabled"]

    def test_lines_are_found_and_not_imported(self) -> None:
        """A line is enough: the module behind it is not touched before it is used."""
        self.put(
            "mine", "a = StreamProtocol('zebra', 'no.such.module'); b = StreamProtocol('ape', 'nor.this')"
        )
        self.assertEqual(self.load(), (["ape", "zebra"], []))

    def test_F48_files_that_cannot_be_imported(self) -> None:
        """A file with an error in it is named; the others go on, and no traceback is an error."""
        self.put("good", "a = StreamProtocol('zebra', 'x')")
        self.put("crooked", "1 / 0")
        self.put("unreadable", "def (:")
        self.put("lonely", "import no_such_package")
        self.put("leaving", "raise SystemExit(3)")
        names, broken = self.load()
        self.assertEqual(names, ["zebra"])
        self.assertEqual(sorted(broken), ["crooked", "leaving", "lonely", "unreadable"])
        reasons = {fields["plugin"]: fields["reason"] for _, fields in self.heard.events}
        self.assertEqual(reasons["crooked"], "ZeroDivisionError: division by zero")
        for failure in self.flushLoggedErrors():
            self.assertIsInstance(failure, Failure)

    def test_F48_same_name_twice(self) -> None:
        """The later of two with one name is refused, and named."""
        self.put("a_first", "a = StreamProtocol('zebra', 'first')")
        self.put("b_second", "a = StreamProtocol('zebra', 'second')")
        self.assertEqual(self.load(), (["zebra"], ["zebra"]))
        self.assertIn("another protocol has that name", self.heard.events[0][1]["reason"])

    def test_F48_a_module_that_cannot_be_imported(self) -> None:
        """The protocol behind a line is switched off when it turns out to be broken."""
        self.put("mine", "a = StreamProtocol('zebra', 'no_such_module')")
        registry = Registry(self.heard, self.package())
        (zebra,) = registry.load()
        self.assertEqual(zebra.sniff(b"Z"), Sniff.NO)
        self.assertEqual(registry.protocols, ())
        self.assertIn("no_such_module", self.heard.events[0][1]["reason"])
        fault = self.assertRaises(PluginError, registry.get, "zebra")
        self.assertEqual(str(fault), "the protocol zebra was switched off")

    def test_F48_no_restart_is_needed(self) -> None:
        """A repaired plugin works again after the next load."""
        self.put("mine", "a = StreamProtocol('zebra', 'p2pzoo.repaired')")
        registry = Registry(self.heard, self.package())
        self.assertRaises(PluginError, registry.load()[0].server_factory, None)
        text = "from tests.protocols.test_registry import Zebra; protocol = Zebra()"
        (self.plugins.parent / "repaired.py").write_text(text)
        invalidate_caches()
        self.assertEqual(registry.load()[0].sniff(b"Z"), Sniff.YES)

    def test_names_of_strangers_are_printable(self) -> None:
        """A plugin cannot write escapes into the log through its name."""
        self.put("mine", "a = StreamProtocol('\\x1b[2J', 'no_such_module')")
        Registry(self.heard, self.package()).load()[0].sniff(b"")
        self.assertEqual(self.heard.events[0][1]["plugin"], "\\x1b[2J")

    def test_classic_is_found_like_a_stranger(self) -> None:
        """Ours come through twisted.plugins, and no other way."""
        registry = Registry(self.heard)
        self.assertIn("classic", [protocol.name for protocol in registry.load()])
        self.assertTrue(registry.get("classic").fallback)


class RegistryTests(SynchronousTestCase):
    """Names and lines."""

    def test_unknown_name(self) -> None:
        """A protocol that is not there is asked for in vain, in words."""
        fault = self.assertRaises(PluginError, Registry(Heard()).get, "carrier\n")
        self.assertEqual(str(fault), "the protocol carrier\\n is not installed")

    def test_a_line_is_a_plugin(self) -> None:
        """A line provides the whole interface by asking its module."""
        line = StreamProtocol("classic", "p2pstream.protocols.classic.plugin")
        verifyObject(IStreamProtocol, line)

    def test_a_line_that_lies(self) -> None:
        """A module whose protocol has another name is broken."""
        line = StreamProtocol("other", "p2pstream.protocols.classic.plugin")
        self.assertRaises(PluginError, line.sniff, b"")


class GuardTests(SynchronousTestCase):
    """What a broken hook does."""

    def guarded(self, **hooks: Any) -> Guarded:
        """Zebra with some hooks replaced."""
        zebra = Zebra()
        vars(zebra).update(hooks)
        self.off: list[str] = []
        guarded = Guarded("zebra", zebra, lambda name, failure: self.off.append(name))
        verifyObject(IStreamProtocol, guarded)
        return guarded

    def test_a_good_plugin_passes(self) -> None:
        """Nothing stands between a good plugin and its caller."""
        guarded = self.guarded()
        for hook, arguments in HOOKS.items():
            getattr(guarded, hook)(*arguments)
        self.assertEqual((guarded.sniff(b"Z"), guarded.sniff(b"A")), (Sniff.YES, Sniff.NO))
        self.assertEqual((guarded.version, guarded.fallback, self.off), ("1", False, []))
        self.assertEqual((guarded.alpn, self.guarded(alpn="http/1.1").alpn), ("", "http/1.1"))
        self.assertIsNone(
            self.guarded(server_factory=lambda node: None).server_factory(FakeNode(HeapClock()))
        )

    def test_F48_a_hook_that_raises(self) -> None:
        """Each hook that raises switches its plugin off; sniffing then says NO, the rest raise in words."""
        for fault in (ZeroDivisionError("\x1b[2J"), SystemExit(3), RecursionError()):

            def broken(*arguments: Any, fault: BaseException = fault) -> Any:
                raise fault

            for hook, arguments in HOOKS.items():
                guarded = self.guarded(**{hook: broken})
                if hook == "sniff":
                    self.assertEqual(guarded.sniff(b"Z"), Sniff.NO)
                else:
                    said = self.assertRaises(PluginError, getattr(guarded, hook), *arguments)
                    self.assertTrue(str(said).isprintable())
                self.assertEqual(self.off, ["zebra"])

    def test_F48_wrong_types(self) -> None:
        """A hook that answers with something else switches its plugin off."""
        for hook, arguments in HOOKS.items():
            guarded = self.guarded(**{hook: lambda *arguments: 42})
            if hook == "sniff":
                self.assertEqual(guarded.sniff(b"Z"), Sniff.NO)
            else:
                self.assertRaises(PluginError, getattr(guarded, hook), *arguments)
            self.assertEqual(self.off, ["zebra"])

    def test_our_errors_are_answers(self) -> None:
        """A plugin may refuse a name; that is no fault. Sniffing has nothing to refuse."""

        def refuse(*arguments: Any) -> Any:
            raise BadName("no")

        guarded = self.guarded(client_factory=refuse, connect=refuse, sniff=refuse)
        self.assertRaises(BadName, guarded.client_factory, None, None)
        self.assertRaises(BadName, guarded.connect, None, None, None)
        self.assertEqual(self.off, [])
        self.assertEqual(guarded.sniff(b"Z"), Sniff.NO)
        self.assertEqual(self.off, ["zebra"])
