"""What playback waits for, in words.  Pure."""

from __future__ import annotations

from dataclasses import replace

from p2pstream.content.views import Awaited, Need, PlayerState

__all__ = ["awaited_text", "while_playing"]


def while_playing(awaited: Awaited | None, state: PlayerState) -> Awaited | None:
    """The same for a player that may have halted: it goes on when it has gathered what it wants.

    :param awaited: as the network sees it.
    """
    if state.phase != "buffering" or state.live is not None:
        # Of a broadcast nothing is gathered.
        return awaited
    gathered = Awaited(Need.BUFFER, here_s=state.gathered_s, enough_s=state.enough_s)
    if awaited is None:
        return gathered
    if not state.gathered_s or awaited.need in (Need.PEERS, Need.ROOM):
        return awaited
    return replace(gathered, unit=awaited.unit, of=awaited.of)


def awaited_text(awaited: Awaited | None) -> str:
    """In words: ``finding peers``, ``starving for unit 7 from 10.0.0.1:2050``; empty for nothing."""
    if awaited is None:
        return ""
    unit = None if awaited.unit is None else f"unit {awaited.unit}"
    whom = f" from {_listed(awaited.of)}" if awaited.of else ""
    match awaited.need:
        case Need.PEERS:
            return "finding peers"
        case Need.SOURCE:
            return "waiting for the source"
        case Need.ROOM:
            return "waiting for room on the disk"
        case Need.HEAD:
            return f"fetching the head{f', {unit}' if unit else ''}{whom}"
        case Need.UNIT:
            return f"starving for {unit or 'more'}{whom or ', which nobody was asked for'}"
        case Need.BUFFER:
            which = f", {unit}{whom}" if unit and whom else ""
            return f"buffering {awaited.here_s:.1f} of {awaited.enough_s:.1f} seconds{which}"


def _listed(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
