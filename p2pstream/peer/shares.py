"""Everything that this peer shares: some folders, one table of names."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, gatherResults
from twisted.python.failure import Failure

from p2pstream.content.text import printable
from p2pstream.data.disk import DiskFile, Stamp, open_beneath, open_folder
from p2pstream.data.file import READ, FileData
from p2pstream.errors import BadShare, NotShared
from p2pstream.interfaces import IOpened
from p2pstream.peer.offers import Offer, Offers, Turn
from p2pstream.peer.opened import OpenedFile, unless_cancelled
from p2pstream.peer.report import Report
from p2pstream.peer.share import Share
from p2pstream.protocols.node import Means

__all__ = ["Shares"]

Opened = TypeVar("Opened", bound=OpenedFile)


class Shares:
    """The names that can be asked for, and the files behind them.

    :param folders: absolute paths, which are no links; where names collide the first wins.
    :param reactor: the clock, and who watches descriptors.
    :param who: who can list and fetch what is shared, in words.
    :ivar offers: what can be asked for now; provides `interfaces.INames`.
    """

    def __init__(self, means: Means, folders: Sequence[str], who: str) -> None:
        limits = means.limits
        self.offers = Offers()
        self._workers = means.workers
        self._limits = limits
        self._opened: set[OpenedFile] = set()
        self._turned: list[Callable[[Turn], None]] = []
        self._shares = [
            Share(means, number, folder, self._looked, self._served) for number, folder in enumerate(folders)
        ]
        self._reports = [Report(means.events, self.offers, who, limits) for _ in folders]
        self._unlooked = len(folders)
        self._waiting: list[Deferred[None]] = []

    def start(self) -> Deferred[Any]:
        """Begin to look; fires when every folder was looked at once, fails when one cannot be."""
        begun = [share.start().addCallbacks(self._begun, self._broke) for share in self._shares]
        return gatherResults(begun, consumeErrors=True)

    def stop(self) -> None:
        """End; what is open stays so until its reader closes it."""
        for share in self._shares:
            share.stop()
        waiting, self._waiting = self._waiting, []
        for each in waiting:
            each.cancel()

    def look_again(self) -> None:
        """Look at all folders soon."""
        for share in self._shares:
            share.look_again()

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
        return os.path.join(self._shares[offer.share].folder, offer.path)

    def file(self, offer: Offer) -> Deferred[DiskFile]:
        """Open what was offered, for whoever closes it.

        :returns: fails with `errors.NotShared` when the file is not what it was.
        """
        return Deferred.fromCoroutine(self._file(offer))

    async def _file(self, offer: Offer) -> DiskFile:
        share = self._shares[offer.share]
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

    def _looked(self, share: Share, gone: list[Offer], come: list[Offer]) -> None:
        turn = self.offers.change(gone, come)
        lost = set(gone)
        for opened in [opened for opened in self._opened if opened.offer in lost]:
            opened.withdraw()
        self._reports[share.number].looked(share, turn)
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
