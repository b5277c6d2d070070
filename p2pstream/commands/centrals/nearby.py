"""Which central is meant where none is named: the one of this network."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from p2pstream.content.addresses import Address
from p2pstream.content.links import short_text
from p2pstream.content.nearby import Nearby, NearbyRole
from p2pstream.errors import CannotListen, UsageError
from p2pstream.interfaces import INeighbourhood
from p2pstream.limits import LIMITS
from p2pstream.settings import CommandSettings

__all__ = ["central_nearby"]


def central_nearby(settings: CommandSettings, neighbourhood: INeighbourhood | None = None) -> Address:
    """The one that is found; of several, the one that the person at the terminal chooses.

    Waits for about a second, so it is called before a reactor runs.

    :param neighbourhood: left out, the networks of this machine.
    :raises UsageError: there is none, or nobody to choose.
    """
    if neighbourhood is None:
        # Late, for only who names no central pays for it.
        from p2pstream.transport.networks.nearby import MulticastNeighbourhood

        neighbourhood = MulticastNeighbourhood()
    try:
        found = neighbourhood.browse(LIMITS.nearby_s, NearbyRole.CENTRAL)
    except CannotListen as fault:
        raise UsageError(f"no central is named, and {fault}, or write CENTRAL") from None
    if not found:
        raise UsageError("no central is named, and none was found on this network; write CENTRAL")
    chosen = found[0] if len(found) == 1 else _chosen(found)
    if not settings.quiet:
        print(f"asking {_text(chosen)}, found on this network", file=sys.stderr)
    return chosen.address


def _chosen(found: Sequence[Nearby]) -> Nearby:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            f"several centrals were found on this network; write one of them: {', '.join(map(_text, found))}"
        )
    for number, near in enumerate(found, 1):
        print(f"{number:3}  {_text(near)}", file=sys.stderr)
    sys.stderr.write("Which of these centrals? ")
    sys.stderr.flush()
    answer = sys.stdin.readline().strip()
    if not (answer.isascii() and answer.isdecimal() and 1 <= int(answer[:4]) <= len(found)):
        raise UsageError(f"no central was chosen; answer with a number from 1 to {len(found)}")
    return found[int(answer) - 1]


def _text(near: Nearby) -> str:
    return f"{short_text(near.address)} ({near.title})"
