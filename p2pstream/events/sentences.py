"""Events on one line each: sentences for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

from p2pstream.content.text import count_text, duration_text, printable, rate_text, size_text, span_text
from p2pstream.events.listed import EVENTS

__all__ = ["VERSION", "json_line", "sentence"]

VERSION = 1


class _Sentences(Formatter):
    """Fills sentences in; strangers' text cannot get out of line."""

    def format_field(self, value: Any, spec: str) -> str:
        if spec in _SPECS:
            return _SPECS[spec](value)
        if spec.startswith("count "):
            return printable(count_text(value, spec.removeprefix("count ")))
        if isinstance(value, list | tuple | dict):
            return printable(", ".join(map(str, value)) or "nobody")
        return printable(super().format_field(value, spec))


def _said(value: Any) -> str:
    return "\\".join(printable(part, 500) for part in str(value).split("\\"))


def _proof(verified: bool) -> str:
    return "verified" if verified else "unverified, because this protocol proves nothing"


def _given(sent: int) -> str:
    return f"; sent {size_text(sent)} to others" if sent else ""


def _clause(said: str) -> str:
    return f"; {printable(said)}" if said else ""


def _called(words: str) -> str:
    return f" called “{printable(words)}”" if words else ""


def _pace(rate: float) -> str:
    return f", {size_text(rate)}/s" if rate else ""


def _givers(sources: Mapping[str, int]) -> str:
    return printable(", ".join(sources) or "what was here already")


_SPECS: Mapping[str, Callable[[Any], str]] = {
    "size": size_text,
    "bits": rate_text,
    "clock": duration_text,
    "span": span_text,
    "said": _said,
    "called": _called,
    "clause": _clause,
    "given": _given,
    "proof": _proof,
    "pace": _pace,
    "givers": _givers,
}

_sentences = _Sentences()


def sentence(event: str, fields: Mapping[str, Any]) -> str:
    """The event on one line for people; a missing field is a `KeyError`."""
    return _sentences.vformat(EVENTS[event].sentence, (), fields)


def json_line(event: str, fields: Mapping[str, Any], t: float) -> str:
    """The event on one line for programs, in ASCII, so that nothing in it acts on a terminal.

    :param t: seconds since the command began.
    """
    head = {"v": VERSION, "t": round(t, 3), "event": event}
    return json.dumps({**head, **fields}, default=str)
