"""Files of subtitles beside a film in a share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from p2pstream.content.side.texts import SUFFIXES, SideText, is_beside, text_names
from p2pstream.data.disk import DiskFile
from p2pstream.errors import BadShare, Gone, NotShared, StorageError
from p2pstream.peer.folders.offers import Offer, Turn
from p2pstream.peer.folders.shares import Shares
from p2pstream.protocols.node import Means

__all__ = ["SharedTexts"]


class SharedTexts:
    """Which there are, folder by folder, and what is in them."""

    def __init__(self, means: Means, shares: Shares) -> None:
        self._workers = means.workers
        self._limits = means.limits
        self._shares = shares
        self._offers: dict[tuple[int, str], set[Offer]] = defaultdict(set)

    def turned(self, turn: Turn) -> set[tuple[int, str]]:
        """What is offered changed; the folders in which there are other subtitles now."""
        touched = set()
        for offers, change in ((turn.withdrawn, set.discard), (turn.shared, set.add)):
            for offer in offers:
                if offer.name.lower().endswith(SUFFIXES):
                    change(self._offers[_place(offer)], offer)
                    touched.add(_place(offer))
        return touched

    def of(self, film: Offer) -> Sequence[Offer]:
        """Those of a film, in the order of their names."""
        beside = self._offers.get(_place(film), ())
        return sorted(each for each in beside if is_beside(film.name, each.name))

    async def read(self, film: Offer, offers: Sequence[Offer]) -> list[SideText]:
        """What is in them; one that cannot be read is left out."""
        found = []
        for offer in offers[: self._limits.side_subtitles]:
            try:
                file = await self._shares.file(offer)
            except (BadShare, Gone, NotShared, StorageError):
                continue
            try:
                raw = await self._workers.run(self._content, file)
            except OSError:
                continue
            finally:
                file.close()
            found.append(SideText(*text_names(film.name, offer.name), raw))
        return found

    def _content(self, file: DiskFile) -> bytes:
        # One byte more than may be shows that there is more.
        return file.pread(0, self._limits.subtitle_bytes + 1)


def _place(offer: Offer) -> tuple[int, str]:
    return offer.share, offer.path.rpartition("/")[0]
