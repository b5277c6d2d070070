"""Those who lied about one stream, as long as it is fetched.  Pure: times are monotonic seconds."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from p2pstream.content.addresses import Address
from p2pstream.swarm.bans import Bans

__all__ = ["Suspects"]


class Suspects:
    """Convicts them with all downloads of the process, and has them asked once more when nobody else is left.

    :param bans: what the process knows of those who lied.
    :param key: of the stream.
    """

    def __init__(self, bans: Bans, key: Hashable, now: Callable[[], float]) -> None:
        self._bans = bans
        self._key = key
        self._now = now
        #: Who lied, and was not let in again since.
        self._caught: list[Address] = []

    def convict(self, address: Address) -> None:
        """What it sent was proven wrong."""
        self._bans.convict(address, self._key, self._now())
        self._caught.append(address)

    def why_not(self, address: Address) -> str:
        """Why it is not to be asked, to stand behind its address; empty: it may be."""
        return self._bans.why_not(address, self._key, self._now())

    def let_in(self) -> Sequence[Address]:
        """Those who are worth another try, for nobody else is left: a way may have spoilt what they sent."""
        caught, self._caught = self._caught, []
        return [each for each in caught if self._bans.let_in(each, self._key, self._now())]
