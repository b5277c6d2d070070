"""The one list of everything that is told while p2pstream runs.

Commands write these events as lines of JSON (``--json``), roles write their
sentences to the log, and pages count them.  A line is::

    {"v": 1, "t": 0.214, "event": "source_connected", "address": "127.0.0.1:2050"}

``v`` is the version of this list: fields and events may be added to it, and what is
there keeps its meaning.  ``t`` is seconds since the command began, on a monotonic
clock.  Lengths are bytes, times seconds, rates bytes a second.
"""

from __future__ import annotations

from p2pstream.events.kind import EventKind
from p2pstream.events.listed import EVENTS
from p2pstream.events.sentences import VERSION, json_line, sentence

__all__ = ["EVENTS", "VERSION", "EventKind", "json_line", "sentence"]
