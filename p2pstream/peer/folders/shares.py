"""Everything that this peer shares: some folders, one table of names."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, gatherResults
from twisted.python.failure import Failure

from p2pstream.content.refusals import reason
from p2pstream.content.shown import SharedFolder
from p2pstream.content.text import printable
from p2pstream.data.disk import DiskFile, Stamp, open_beneath, open_folder
from p2pstream.data.file import READ, FileData
from p2pstream.errors import BadShare, NotShared
from p2pstream.interfaces import IOpened
from p2pstream.peer.folders.offers import Offer, Offers, Turn
from p2pstream.peer.folders.opened import OpenedFile, unless_cancelled
from p2pstream.peer.folders.report import Report
from p2pstream.peer.folders.share import Share
from p2pstream.protocols.node import Means

__all__ = ["Shares"]

Opened = TypeVar("Opened", bound=OpenedFile)


class Shares:
    """The names that can be asked for, and the files behind them.

    :param folders: absolute paths, which are no links; where names collide the first wins.
    :param added: more of them, which were added while the peer ran.
    :param reactor: the clock, and who watches descriptors.
    :param who: who can list and fetch what is shared, in words.
    :ivar offers: what can be asked for now; provides `interfaces.INames`.
    """

    def __init__(self, means: Means, folders: Sequence[str], who: str, added: Sequence[str] = ()) -> None:
        limits = means.limits
        self.offers = Offers()
        self._workers = means.workers
        self._limits = limits
        self._opened: set[OpenedFile] = set()
        self._turned: list[Callable[[Turn], None]] = []
        self._make = partial(Share, means, looked=self._looked, served=self._served)
        self._report = partial(Report, means.events, self.offers, who, limits)
        #: By their numbers, of which none is given twice; where each was, also of those that are gone.
        self._shares: dict[int, Share] = {}
        self._reports: dict[int, Report] = {}
        self._folders: list[str] = []
        self._added = set(added) - set(folders)
        for folder in dict.fromkeys((*folders, *added)):
            self._take(folder)
        #: Those that were there from the start, and of which nothing is known yet.
        self._unlooked = len(self._shares)
        self._waiting: list[Deferred[None]] = []

    def start(self) -> Deferred[Any]:
        """Begin to look; fires when every folder was looked at once, fails when one cannot be."""
        begun = [share.start().addCallbacks(self._begun, self._broke) for share in self._shares.values()]
        return gatherResults(begun, consumeErrors=True)

    def stop(self) -> None:
        """End; what is open stays so until its reader closes it."""
        for share in self._shares.values():
            share.stop()
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.cancel()

    def look_again(self) -> None:
        """Look at all folders soon."""
        for share in self._shares.values():
            share.look_again()

    def folders(self) -> Sequence[SharedFolder]:
        """All of them, in the order in which they count."""
        return [self._show(share) for share in self._shares.values()]

    def add(self, folder: str) -> SharedFolder:
        """Begin to look at one more, which counts after all others; one that is there already stays.

        :param folder: an absolute path, which is no link.
        """
        share = self._at(folder)
        if share is None:
            self._added.add(folder)
            share = self._take(folder)
            share.start().addErrback(lambda _: None)
        return self._show(share)

    def remove(self, folder: str) -> bool:
        """Share it no more; whether it was shared.  What was lent of it is taken back."""
        share = self._at(folder)
        if share is None:
            return False
        share.stop()
        del self._shares[share.number]
        turn = self._change(share.offers(), [])
        self._reports.pop(share.number).removed(share, turn)
        self._tell(turn)
        return True

    def observe(self, turned: Callable[[Turn], None]) -> None:
        """Call ``turned`` after every change of what is offered."""
        self._turned.append(turned)

    def open(self, name: str) -> Deferred[IOpened]:
        """The file behind a name, for one reader, who closes it.

        Before the first look at all folders is done, it waits for that.
        """
        return Deferred.fromCoroutine(self._open(name))

    async def _open(self, name: str) -> IOpened:
        if self._unlooked:
            begun: Deferred[None] = Deferred()
            self._waiting.append(begun)
            await begun
        offer = self.offers.get(name)
        if offer is None:
            raise NotShared(f"“{printable(name, 80)}” is not shared here")
        file = await self.file(offer)
        return self.lend(OpenedFile, offer, FileData(file, READ, self._workers, self._limits))

    def path(self, offer: Offer) -> str:
        """Where a file is."""
        return os.path.join(self._folders[offer.share], offer.path)

    def file(self, offer: Offer) -> Deferred[DiskFile]:
        """Open what was offered, for whoever closes it.

        :returns: fails with `errors.NotShared` when the file is not what it was.
        """
        return Deferred.fromCoroutine(self._file(offer))

    async def _file(self, offer: Offer) -> DiskFile:
        share = self._shares.get(offer.share)
        if share is None:
            raise NotShared(f"“{printable(offer.name, 80)}” is no longer shared")
        opening = self._workers.run(_open_unchanged, share.folder, offer)
        try:
            return await unless_cancelled(opening, DiskFile.close)
        except (BadShare, NotShared):
            share.look_again()
            raise NotShared(f"“{printable(offer.name, 80)}” is no longer as it was; try again") from None

    def lend(self, kind: type[Opened], offer: Offer, data: Any) -> Opened:
        """What was opened, for one reader, who is told when it is offered no more."""
        opened = kind(offer, data, self._opened.discard)
        self._opened.add(opened)
        if offer.share in self._shares:
            self._shares[offer.share].attend()
        if self.offers.get(offer.name) != offer:
            opened.withdraw()
        return opened

    def revoke(self, offer: Offer) -> None:
        """Take back what was lent of it; it may be opened again."""
        for opened in [opened for opened in self._opened if opened.offer == offer]:
            opened.withdraw()

    def _broke(self, failure: Failure) -> Failure:
        """Nothing is known of a folder: whoever waits for a first look at all of them waits in vain."""
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.errback(failure)
        return failure

    def _begun(self, _: object) -> None:
        self._unlooked -= 1
        if not self._unlooked:
            waiting, self._waiting = self._waiting, []
            for each in waiting:
                each.callback(None)

    def _take(self, folder: str) -> Share:
        number = len(self._folders)
        self._folders.append(folder)
        self._reports[number] = self._report()
        share = self._shares[number] = self._make(number, folder)
        return share

    def _at(self, folder: str) -> Share | None:
        return next((share for share in self._shares.values() if share.folder == folder), None)

    def _show(self, share: Share) -> SharedFolder:
        count, length = self.offers.counts[share.number], self.offers.lengths[share.number]
        trouble = "" if share.trouble is None else reason(share.trouble)
        return SharedFolder(
            share.folder, count, length, share.looked_at, trouble, share.folder in self._added
        )

    def _looked(self, share: Share, gone: list[Offer], come: list[Offer]) -> None:
        turn = self._change(gone, come)
        self._reports[share.number].looked(share, turn)
        self._tell(turn)

    def _change(self, gone: list[Offer], come: list[Offer]) -> Turn:
        turn = self.offers.change(gone, come)
        lost = set(gone)
        for opened in [opened for opened in self._opened if opened.offer in lost]:
            opened.withdraw()
        return turn

    def _tell(self, turn: Turn) -> None:
        for turned in self._turned:
            turned(turn)

    def _served(self, share: Share) -> Mapping[str, Stamp]:
        offers = (opened.offer for opened in self._opened)
        return {offer.path: offer.stamp for offer in offers if offer.share == share.number}


def _open_unchanged(folder: str, offer: Offer) -> DiskFile:
    """Open what a scan saw, or nothing; for a worker."""
    descriptor = open_folder(folder)
    try:
        file = open_beneath(descriptor, offer.path)
    finally:
        os.close(descriptor)
    if file.stamp != offer.stamp:
        file.close()
        raise NotShared(f"“{printable(offer.name, 80)}” changed a moment ago")
    return file
