"""What is said: a line of JSON each, as docs/protocols/resident.rst lists them.  Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, TypeAlias

from p2pstream.content.keys import KEY_SCHEME
from p2pstream.content.text import printable
from p2pstream.content.views import Awaited, Need, SourceSnapshot
from p2pstream.errors import PeerError
from p2pstream.values import value

__all__ = [
    "VERSION", "Alive", "Begun", "Departed", "Fetch", "GivenUp", "Halt", "Message", "Pour", "Stand", "Told",
    "UnitsNow", "Where", "Whole", "decode", "encode", "fingerprint",
]  # fmt: skip

#: Of all of this; who speaks another is not spoken to.
VERSION = 1

Spans: TypeAlias = tuple[tuple[int, int], ...]


@value
class Fetch:
    """The first line of a connection: this stream is wanted, for as long as the connection is there."""

    #: As `content.links.Link` has it.
    link: str
    #: The absolute path that it is to have when it is whole; None: it is only watched.
    into: str | None = None
    #: Whether it may take the place of a file that is there by then.
    replace: bool = True
    #: Whether whom the name was taken from before is to be forgotten.
    accept: bool = False
    #: The port of peers that are listed without one.
    peer_port: int = 2050
    #: The fingerprint of a closed group's secret; empty where there is none.
    group: str = ""
    version: int = VERSION


@value
class Pour:
    """The first line of a connection: these bytes of what `Begun` told of, and nothing else."""

    token: str
    start: int
    #: None: to the end, and what lies ahead is fetched before all else.
    stop: int | None = None
    version: int = VERSION


@value
class Where:
    """A reader came, or moved; of the kinds of `interfaces.ICursor`."""

    reader: int
    kind: str
    position: int


@value
class Departed:
    """A reader is gone."""

    reader: int


@value
class Halt:
    """Fetch nothing more; what is here stays."""


@value
class Told:
    """Something happened: an event of `p2pstream.events`."""

    event: str
    fields: Mapping[str, Any]


@value
class Begun:
    """It is known what the stream is, and it is on its way."""

    token: str
    #: The text of its key.
    key: str


@value
class UnitsNow:
    """Units that came since the last one of these, and those that were given up."""

    came: Spans = ()
    went: Spans = ()


@value
class Stand:
    """How the fetching stands."""

    rate: float = 0.0
    sources: tuple[SourceSnapshot, ...] = ()
    awaited: Awaited | None = None
    #: Bytes that were given to others meanwhile, of whatever film.
    sent: int = 0


@value
class Alive:
    """Nothing else was to be said for a while."""


@value
class Whole:
    """All of it is here, and durable under its final name if it was to have one."""


@value
class GivenUp:
    """It will not be: the name of an error of `p2pstream.errors`, and what it says."""

    error: str
    why: str


Message: TypeAlias = (
    Fetch | Pour | Where | Departed | Halt | Told | Begun | UnitsNow | Stand | Alive | Whole | GivenUp
)


def encode(message: Message) -> bytes:
    """The line, without its end; ASCII."""
    said = {"say": _NAMES[type(message)], **asdict(message)}
    return json.dumps(said, default=_plain).encode("ascii")


def decode(line: bytes) -> Message:
    """The message in a line.

    :raises PeerError: there is none in it.
    """
    try:
        said = json.loads(line)
        kind, shape = _SHAPES[said["say"]]
        made: Message = kind(**{name: read(said[name]) for name, read in shape.items()})
    except (ArithmeticError, KeyError, RecursionError, TypeError, ValueError):
        raise PeerError(f"said what is no message: {printable(line[:80].decode('latin-1'))}") from None
    return made


def fingerprint(secret: bytes | None) -> str:
    """What tells one closed group from another, and from none, among programs of one user."""
    return "" if secret is None else hashlib.sha256(b"p2pstream group" + secret).hexdigest()


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Need) else str(value)


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float):
        raise ValueError
    return float(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError
    return value


def _key(value: Any) -> str:
    if not _text(value).startswith(KEY_SCHEME):
        raise ValueError
    return _text(value)


def _switch(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _kind(value: Any) -> str:
    if value not in ("read", "play"):
        raise ValueError
    return _text(value)


def _fields(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError
    return value


def _spans(value: Any) -> Spans:
    spans = tuple((_whole(start), _whole(stop)) for start, stop in value)
    if any(start >= stop for start, stop in spans):
        raise ValueError
    return spans


def _or_none(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


def _sources(value: Any) -> tuple[SourceSnapshot, ...]:
    return tuple(
        SourceSnapshot(
            _text(each["address"]),
            _whole(each["received"]),
            _text(each["state"]),
            _or_none(_whole)(each["taken"]),
        )
        for each in value
    )


def _awaited(value: Any) -> Awaited:
    whom = tuple(_text(each) for each in value["of"])
    seconds = _number(value["here_s"]), _number(value["enough_s"])
    return Awaited(Need(value["need"]), _or_none(_whole)(value["unit"]), whom, *seconds)


_MAYBE_TEXT, _MAYBE_WHOLE = _or_none(_text), _or_none(_whole)

#: By its word: which class it is, and what makes each of its fields of what JSON has.
_SHAPES: Mapping[str, tuple[Any, Mapping[str, Callable[[Any], Any]]]] = {
    "fetch": (
        Fetch,
        {
            "link": _text,
            "into": _MAYBE_TEXT,
            "replace": _switch,
            "accept": _switch,
            "peer_port": _whole,
            "group": _text,
            "version": _whole,
        },
    ),
    "pour": (Pour, {"token": _text, "start": _whole, "stop": _MAYBE_WHOLE, "version": _whole}),
    "where": (Where, {"reader": _whole, "kind": _kind, "position": _whole}),
    "departed": (Departed, {"reader": _whole}),
    "halt": (Halt, {}),
    "told": (Told, {"event": _text, "fields": _fields}),
    "begun": (Begun, {"token": _text, "key": _key}),
    "units": (UnitsNow, {"came": _spans, "went": _spans}),
    "stand": (Stand, {"rate": _number, "sources": _sources, "awaited": _or_none(_awaited), "sent": _whole}),
    "alive": (Alive, {}),
    "whole": (Whole, {}),
    "given_up": (GivenUp, {"error": _text, "why": _text}),
}
_NAMES = {kind: name for name, (kind, _) in _SHAPES.items()}
