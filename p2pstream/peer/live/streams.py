"""The broadcasts in which this process takes part, as protocols and those who dial find them."""

from __future__ import annotations

from collections.abc import Iterator

from zope.interface import implementer

from p2pstream.content.keys import LiveKey
from p2pstream.errors import SessionError
from p2pstream.interfaces import ILiveParty, ILiveStreams, IUplink

__all__ = ["LiveStreams", "promised"]


def promised(uplink: IUplink) -> int | None:
    """kbit/s that can be promised to neighbours in a broadcast; None: nobody said how much there is."""
    return None if uplink.rate is None else uplink.rate * 8 // 1000


@implementer(ILiveStreams)
class LiveStreams:
    """By key; one part in each."""

    def __init__(self) -> None:
        self._parties: dict[LiveKey, ILiveParty] = {}

    def __iter__(self) -> Iterator[LiveKey]:
        return iter(self._parties)

    def __len__(self) -> int:
        return len(self._parties)

    def party(self, key: LiveKey) -> ILiveParty | None:
        """See `ILiveStreams`."""
        return self._parties.get(key)

    def add(self, party: ILiveParty) -> None:
        """Take part, from now on.

        :raises SessionError: there is a part in it already.
        """
        if party.key in self._parties:
            raise SessionError(f"this process takes part in {party.key} already")
        self._parties[party.key] = party

    def remove(self, party: ILiveParty) -> None:
        """Take part no more; harmless when done twice."""
        if self._parties.get(party.key) is party:
            del self._parties[party.key]
