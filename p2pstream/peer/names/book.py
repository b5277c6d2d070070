"""The names that we publish: of each the newest record, signed by us.  Computes only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from p2pstream.content.keys import FileKey, Key
from p2pstream.content.signed.records import Record, sign_record
from p2pstream.content.signing import Identity
from p2pstream.errors import BadRecord
from p2pstream.limits import LIMITS, Limits
from p2pstream.peer.centrals.announcement import Named
from p2pstream.values import value

__all__ = ["NOTHING", "Beside", "Book"]


@value
class Beside:
    """What is known of a film, once somebody looked into it; 0 and None: it is not."""

    dur_ms: int = 0
    #: Bits per second.
    br: int = 0
    #: The key of its side content.
    side: FileKey | None = None


NOTHING = Beside()


class Book:
    """What each name stands for, or that it stands for nothing any more.

    :param publisher: who signs.
    :param wall_ms: unix milliseconds.
    """

    def __init__(self, publisher: Identity, wall_ms: Callable[[], int], limits: Limits = LIMITS) -> None:
        self._publisher = publisher
        self._wall_ms = wall_ms
        self._limits = limits
        #: In the order in which they were signed.
        self._records: dict[str, Record] = {}

    def __iter__(self) -> Iterator[Record]:
        return iter(self._records.values())

    def take(self, raws: Iterable[bytes]) -> None:
        """What was signed in earlier runs, oldest first; what is not ours is left out."""
        for raw in raws:
            try:
                record = Record.decode(raw, self._limits)
            except BadRecord:
                continue
            if record.pub == self._publisher.id:
                self._put(record)

    def names(self) -> Iterator[Named]:
        """All, those that were signed last first: what is new is published before what is known."""
        return (Named(each.name, each.seq, each.raw) for each in reversed(self._records.values()))

    def standing(self) -> list[str]:
        """The names that stand for something."""
        return [name for name, record in self._records.items() if record.key is not None]

    def enter(self, name: str, key: Key, mime: str = "", beside: Beside = NOTHING) -> bool:
        """From now on the name stands for that key; whether that is new.

        :param beside: what is known of the film.
        :raises errors.BadName: no record may have that name.
        """
        before = self._records.get(name)
        if before is not None:
            if before.key == key and beside == NOTHING:
                # What was found out in an earlier run stays true.
                beside = _beside(before)
            same = (before.key, before.mime, _beside(before)) == (key, mime, beside)
            if same and not self._is_old(before):
                return False
        self._sign(name, key, mime, beside)
        return True

    def strike(self, name: str) -> bool:
        """From now on the name stands for nothing; whether that is new."""
        before = self._records.get(name)
        if before is None or before.key is None:
            return False
        self._sign(name, None, "")
        return True

    def renew(self) -> bool:
        """Sign anew what would soon not count, and forget what matters no more; whether there was any."""
        old = [record for record in self._records.values() if self._is_old(record)]
        for record in old:
            if record.key is not None:
                self._sign(record.name, record.key, record.mime, _beside(record))
            else:
                del self._records[record.name]
        return bool(old)

    def _is_old(self, record: Record) -> bool:
        # Renewed at two thirds of its life; a tombstone has done its work at its end.
        left_ms = self._limits.record_life_s * 1000 / 3 if record.key is not None else 0
        now_ms = self._wall_ms()
        return record.exp <= now_ms + left_ms or record.t > now_ms + self._limits.record_ahead_s * 1000

    def _sign(self, name: str, key: Key | None, mime: str, beside: Beside = NOTHING) -> None:
        now_ms, before = self._wall_ms(), self._records.get(name)
        after = before.seq if before is not None else 0
        if after > now_ms + self._limits.record_ahead_s * 1000:
            # Signed while our clock was wrong: nobody has accepted it.
            after = 0
        self._put(
            sign_record(
                self._publisher,
                name,
                key,
                now_ms,
                after=after,
                mime=mime,
                dur_ms=beside.dur_ms,
                br=beside.br,
                side=beside.side,
                limits=self._limits,
            )
        )

    def _put(self, record: Record) -> None:
        # To the end: it is the newest of all.
        self._records.pop(record.name, None)
        self._records[record.name] = record
        if len(self._records) > self._limits.book_names:
            # Of a name that stands for nothing others will know so much longer than we.
            oldest = next((each for each in self if each.key is None), next(iter(self)))
            del self._records[oldest.name]


def _beside(record: Record) -> Beside:
    return Beside(record.dur_ms, record.br, record.side)
