"""What is worth a line to a person at a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from p2pstream.events import sentence

__all__ = ["ToldLines"]

#: The events that a person at a terminal wants to read.
_TOLD = frozenset(
    {
        "nothing_listed",
        "lookup_started",
        "lookup_done",
        "lookup_kept",
        "lookup_waiting",
        "lookup_remembered",
        "central_gone",
        "central_back",
        "name_shared",
        "publisher_changed",
        "publisher_moved",
        "owner_absent",
        "owner_differs",
        "source_refused",
        "source_lost",
        "source_lied",
        "storage_refused",
        "resident_found",
        "resident_lost",
        "plugin_disabled",
        "player_missing",
        "served",
        "first_frame",
        "left_off",
        "cache_exceeded",
        "film_empty",
        "finished",
        "screenshot",
        "not_kept",
        "hook_failed",
        "seeding",
        "not_seeding",
        "seeded",
        "handed_over",
        "input_plain",
        "input_silent",
        "input_back",
        "input_jumped",
        "input_changed",
        "input_garbled",
        "publisher_lost",
        "live_started",
        "listed",
        "not_listed",
        "name_refused",
        "name_held",
        "unreachable",
        "live_listening",
        "live_put",
        "live_plain",
        "live_publisher",
        "live_paused",
        "source_away",
        "source_back",
        "watched_to_end",
        "live_film",
        "live_unsent",
        "live_over",
        "live_shortened",
        "live_ended",
    }
)
#: Where somebody cannot do what was asked of him it is asked once more, which nobody needs to read.
_SAID_ONCE = frozenset({"lookup_started", "lookup_done", "lookup_kept", "lookup_remembered"})


class ToldLines:
    """The lines of one command."""

    def __init__(self) -> None:
        self._last = ""
        self._said: set[str] = set()

    def line(self, event: str, fields: Mapping[str, Any]) -> str:
        """The event in a line; empty where it is none that people read, or no news."""
        if event not in _TOLD:
            return ""
        line = sentence(event, fields)
        # Whoever is dialled again and again says the same each time.
        known, self._last = line == self._last or line in self._said, line
        if event in _SAID_ONCE:
            self._said.add(line)
        return "" if known else line
