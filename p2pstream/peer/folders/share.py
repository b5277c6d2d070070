"""One shared folder, looked at again and again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.content.text import printable
from p2pstream.data.disk import SHORT, Stamp
from p2pstream.errors import BadShare
from p2pstream.peer.folders.listing import Change, Listing
from p2pstream.peer.folders.offers import Offer
from p2pstream.peer.folders.pace import ScanPace
from p2pstream.peer.folders.scan import Scan, differs, scan
from p2pstream.peer.folders.watch import FolderWatch
from p2pstream.protocols.node import Means

__all__ = ["Share"]

_log = Logger()


class Share:
    """Keeps the offers of one folder true.

    A look is a scan in a worker.  In between the few files that are being served are looked
    at, and the folder itself, where the system gives no notice of what happens to it.

    :param number: its place on the command line.
    :param folder: an absolute path, which is no link.
    :param looked: called after each look with the share, the offers that are gone and
        those that came.
    :param served: the files of a share that are being served, by path.
    :ivar trouble: why nothing of it can be shared now; None when all is well.
    :ivar refused: what is not shared although it is there, and why.
    :ivar looked_at: whether it was looked at once.
    """

    def __init__(
        self,
        means: Means,
        number: int,
        folder: str,
        looked: Callable[[Share, list[Offer], list[Offer]], None],
        served: Callable[[Share], Mapping[str, Stamp]],
    ) -> None:
        reactor, limits = means.reactor, means.limits
        self.number = number
        self.folder = folder
        self.trouble: OSError | None = None
        self.refused: Mapping[str, str] = {}
        self.looked_at = False
        self._workers = means.workers
        self._looked = looked
        self._served = served
        self._limits = limits
        self._root = (0, 0)
        self._listing = Listing(limits)
        self._pace = ScanPace(reactor, limits)
        self._watch = FolderWatch(reactor, folder, self._pace.hurry, limits)
        self._loop: Deferred[None] = succeed(None)

    def start(self) -> Deferred[None]:
        """Begin; fires when the first look is done, or fails when there will be none."""
        begun: Deferred[None] = Deferred()
        self._loop = Deferred.fromCoroutine(self._keep_looking(begun))
        self._loop.addErrback(self._broke, begun)
        return begun

    def offers(self) -> list[Offer]:
        """All that is ready in it."""
        return self._offers(self._listing.ready)

    def stop(self) -> None:
        """End; nothing is called afterwards."""
        self._watch.close()
        self._loop.cancel()

    @property
    def settled(self) -> bool:
        """Whether it is known what is in it: something is ready, or nothing is on its way to be."""
        return self._listing.settled

    def look_again(self) -> None:
        """Something turned out to be different: the next look is due soon."""
        self._pace.hurry()

    def attend(self) -> None:
        """One of its files is being served from now on."""
        self._pace.attend()

    async def _keep_looking(self, begun: Deferred[None]) -> None:
        while True:
            began = self._pace.begin()
            gone, come = await self._look(began)
            self.looked_at = True
            if gone or come or self._listing.waiting:
                self._pace.found()
            self._looked(self, gone, come)
            if not begun.called:
                begun.callback(None)
            watched = self._watch.covers and not self._listing.waiting
            await self._pace.rest(began, self._glance, watched, lambda: self._served(self))

    async def _look(self, began: float) -> tuple[list[Offer], list[Offer]]:
        closed, writing = self._watch.take(), frozenset(self._watch.writing)
        try:
            seen, change = await self._workers.run(self._survey, began, closed, writing)
        except OSError as fault:
            if fault.errno in SHORT:
                return [], []
            self.trouble = fault
            self.refused = {}
            self._watch.close()
            change = self._listing.update({}, began)
        else:
            self.trouble = None
            self.refused = seen.refused
            self._root = seen.root
            self._watch.follow(seen.root, seen.folders)
        return self._offers(change.vanished), self._offers(change.appeared)

    def _survey(self, began: float, closed: Collection[str], writing: Collection[str]) -> tuple[Scan, Change]:
        """The part of a look that runs in a worker; there is never more than one."""
        seen = scan(self.folder, self._limits)
        # A hard link is created without being written: what it names is there already.
        return seen, self._listing.update(seen.files, began, closed, set(writing) - seen.linked)

    def _glance(self) -> Deferred[bool]:
        served = dict(self._served(self))
        return self._workers.run(differs, self.folder, self._root, served)

    def _offers(self, files: Mapping[str, Stamp]) -> list[Offer]:
        return [Offer.of(self.number, path, stamp) for path, stamp in files.items()]

    def _broke(self, failure: Failure, begun: Deferred[None]) -> None:
        if failure.check(CancelledError):
            return
        _log.failure("the share {folder!r} is no longer looked at", failure, folder=self.folder)
        if not begun.called:
            begun.errback(
                BadShare(f"{printable(self.folder)} cannot be looked at: {failure.getErrorMessage()}")
            )
