"""What is said of a broadcast while it is watched.  Pure."""

from __future__ import annotations

from p2pstream.content.text import duration_text
from p2pstream.content.views import LiveState, PlayerState

__all__ = ["AWAY_S", "behind_text", "doing", "is_away", "notice"]

#: So long nothing is heard of a source that says something each second, and it is away.
AWAY_S = 3.5
#: From so far behind on seconds are not told in parts.
WHOLE_S = 60.0

OVER = "It is over: go back in it, or leave with Esc"


def is_away(live: LiveState) -> bool:
    """Whether whoever broadcasts is not heard."""
    return live.quiet_s >= AWAY_S and not live.ended


def doing(state: PlayerState, live: LiveState) -> str:
    """What is being done while no picture moves."""
    if is_away(live):
        return "The source is away"
    if not state.shown:
        return "Joining"
    return "Going there" if state.phase == "opening" else "Waiting"


def notice(state: PlayerState, live: LiveState) -> str:
    """What is to be known for as long as it is so; empty for nothing."""
    if state.phase == "ended":
        return OVER
    if is_away(live) and state.phase == "playing":
        return f"The source is away, for {duration_text(live.quiet_s)}"
    return ""


def behind_text(live: LiveState) -> str:
    """How far behind what was captured the picture is."""
    if live.behind_s is None:
        return ""
    behind = max(0.0, live.behind_s)
    if live.at_edge and behind < WHOLE_S:
        return f"{behind:.1f} s behind"
    return f"−{duration_text(behind)}"
