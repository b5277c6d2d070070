"""What whoever is told of events must stand."""

from __future__ import annotations

from collections.abc import Iterator
from string import Formatter
from typing import TYPE_CHECKING, Any

from zope.interface.verify import verifyObject

from p2pstream.events import EVENTS
from p2pstream.interfaces import IEvents

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["HOSTILE", "EventsContract", "samples"]

#: What a stranger would like to put on a terminal.
HOSTILE = "a\x1b]52;c;aGk=\x07\u202e\n\x9b2Jb"


def samples() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every event of the list, with text from a stranger wherever text may stand."""
    parsed = [part for event in EVENTS.values() for part in Formatter().parse(event.sentence)]
    numbers = {
        field
        for _, field, spec, _ in parsed
        if spec and spec.endswith(("size", "clock", "span", "pace", "f", "bits"))
    }
    for name, event in EVENTS.items():
        yield name, {field: 1 if field in numbers else HOSTILE for field in event.fields}


class EventsContract(_Case):
    """The contract of `IEvents`; for trial's ``SynchronousTestCase``."""

    def make_events(self) -> Any:
        """An `IEvents`."""
        raise NotImplementedError

    def test_provides_events(self) -> None:
        """The provider has all that the interface promises."""
        self.assertTrue(verifyObject(IEvents, self.make_events()))

    def test_every_event(self) -> None:
        """Whatever the list has can be told, again and again, whoever's text is in it."""
        events = self.make_events()
        for name, fields in list(samples()) * 2:
            self.assertIsNone(events.happened(name, **fields))
