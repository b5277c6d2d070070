"""Which files of one folder are ready to be shared; a table that computes, and waits for nothing.

A file that is being written must not be offered: whoever fetches it would get a part
of a film.  At first everything counts as finished; later a file counts when its
writer was seen to close it, or when it has not changed for a while.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from p2pstream.data.disk import Stamp
from p2pstream.limits import LIMITS, Limits
from p2pstream.values import value

__all__ = ["Change", "Listing"]


@value
class Change:
    """What one scan changed: the paths, each with the stamp that counted or counts.

    A file that was replaced vanishes first and appears later, or in the same change.
    """

    appeared: Mapping[str, Stamp]
    vanished: Mapping[str, Stamp]


class Listing:
    """The files of one folder that are ready, by path.

    :ivar ready: each with the stamp that it was found with.
    """

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._begun = False
        self.ready: dict[str, Stamp] = {}
        #: Seen, but not ready: the stamp, and since when it has been the same.
        self._unsettled: dict[str, tuple[Stamp, float]] = {}

    @property
    def settled(self) -> bool:
        """Whether there are files that are ready, or none that may yet be."""
        return bool(self.ready) or not self._unsettled

    def update(
        self,
        seen: Mapping[str, Stamp],
        now: float,
        closed: Collection[str] = (),
        writing: Collection[str] = (),
    ) -> Change:
        """Take in what a scan saw.

        :param seen: every file, by path.
        :param now: monotonic seconds at which the scan began.
        :param closed: files that a writer closed, or that were moved here whole,
            since the last scan began.
        :param writing: files that were created and not closed yet, as far as is known.
        """
        vanished = {path: stamp for path, stamp in self.ready.items() if seen.get(path) != stamp}
        for path in vanished:
            del self.ready[path]
        appeared: dict[str, Stamp] = {}
        unsettled: dict[str, tuple[Stamp, float]] = {}
        for path, stamp in seen.items():
            if path in self.ready:
                continue
            since = self._since(path, stamp, now)
            quiet = self._limits.share_writing_s if path in writing else self._limits.share_settle_s
            if not self._begun or path in closed or now - since >= quiet:
                appeared[path] = stamp
            else:
                unsettled[path] = (stamp, since)
        self.ready.update(appeared)
        self._unsettled = unsettled
        self._begun = True
        return Change(appeared, vanished)

    @property
    def waiting(self) -> bool:
        """Whether there are files that only time makes ready."""
        return bool(self._unsettled)

    def _since(self, path: str, stamp: Stamp, now: float) -> float:
        before = self._unsettled.get(path)
        return before[1] if before and before[0] == stamp else now
