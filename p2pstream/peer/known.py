"""What centrals said of names, kept from one run to the next for when none of them is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from p2pstream.content.addresses import CENTRAL_PORT, Address
from p2pstream.content.listed import ListedName
from p2pstream.data.disk import telling
from p2pstream.data.state import Damaged, seal, unseal
from p2pstream.data.turns import Turns
from p2pstream.errors import BadAddress, PeerError
from p2pstream.interfaces import IDisk, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.central.fields import PeerRow, Reader, packed
from p2pstream.protocols.central.messages import Resolved, Row
from p2pstream.protocols.central.reading import resolved

__all__ = ["Known"]

_log = Logger()

_KIND, _VERSION = "answers", 1
_ADDRESS_BYTES = 1024


@dataclass(frozen=True)
class Answer:
    """What was said of one name, as it came: a record is checked whenever it is used."""

    centrals: tuple[str, ...]
    teller: str
    #: The body of a RESOLVED.
    body: bytes

    def pack(self, name: str) -> bytes:
        """As it is kept."""
        fields = (name, ",".join(self.centrals), self.teller)
        return b"".join(packed(each.encode("utf-8"), 2) for each in fields) + packed(self.body, 4)


class Known:
    """The last answer about each name.  Nothing depends on it: where it is damaged it begins anew.

    :param path: where on the disk; read here and now.
    :param wall_ms: unix milliseconds, for records.
    :raises errors.StorageError: a newer program wrote it, or it cannot be read.
    """

    def __init__(
        self,
        disk: IDisk,
        path: str,
        workers: IWorkers,
        wall_ms: Callable[[], int],
        limits: Limits = LIMITS,
    ) -> None:
        self._disk = disk
        self._path = path
        self._turns = Turns(workers)
        self._wall_ms = wall_ms
        self._limits = limits
        #: Those that were told last at the end.
        self._answers: dict[str, Answer] = {}
        self._load()

    def put(
        self, name: str, centrals: Iterable[Address], teller: Address, names: Sequence[ListedName]
    ) -> None:
        """One of these centrals said so."""
        asked = tuple(map(str, centrals))
        answer = Answer(asked, str(teller), Resolved(1, tuple(map(_row, names))).encode())
        if self._answers.pop(name, None) != answer:
            self._answers[name] = answer
            self._bound()
            self._save()
        else:
            self._answers[name] = answer

    def get(self, name: str, centrals: Iterable[Address]) -> tuple[Address, tuple[ListedName, ...]] | None:
        """What one of these centrals said, as far as it holds still, and which one it was."""
        answer = self._answers.get(name)
        if answer is None or set(answer.centrals).isdisjoint(map(str, centrals)):
            return None
        try:
            names = resolved(Resolved.decode(answer.body), name, self._wall_ms(), self._limits)
            return (Address.parse(answer.teller, CENTRAL_PORT), names) if names else None
        except (BadAddress, PeerError):
            return None

    def settled(self) -> Deferred[None]:
        """Fires when everything is written that can be."""
        return self._turns.run(lambda: None)

    def _bound(self) -> None:
        size = sum(len(answer.body) for answer in self._answers.values())
        while len(self._answers) > self._limits.known_names or size > self._limits.known_bytes:
            size -= len(self._answers.pop(next(iter(self._answers))).body)

    def _load(self) -> None:
        title = f"the file of what centrals said {self._path}"
        # Twice as much: names and addresses count beside what was said.
        with telling("read", title):
            try:
                raw = self._disk.read(self._path, 2 * self._limits.known_bytes)
            except FileNotFoundError:
                return
        try:
            self._answers = dict(_parts(unseal(_KIND, _VERSION, raw, title)))
        except (Damaged, PeerError, UnicodeDecodeError):
            self._answers = {}

    def _save(self) -> None:
        body = b"".join(answer.pack(name) for name, answer in self._answers.items())
        saved: Deferred[None] = self._turns.run(self._write, body)
        saved.addErrback(lambda failure: _log.warn("{fault}", fault=failure.value))

    def _write(self, body: bytes) -> None:
        with telling("write", f"the file of what centrals said {self._path}", len(body)):
            self._disk.replace(self._path, seal(_KIND, _VERSION, body))


def _parts(body: bytes) -> Iterator[tuple[str, Answer]]:
    reader = Reader(body)
    left = len(body)
    while left:
        name, centrals, teller = (reader.take(reader.count(2, _ADDRESS_BYTES)).decode() for _ in range(3))
        answer = Answer(tuple(centrals.split(",")), teller, reader.take(reader.count(4, 0xFFFFFF)))
        left -= len(answer.pack(name))
        yield name, answer


def _row(listed: ListedName) -> Row:
    said = listed.record.raw if listed.record is not None else listed.name.encode("utf-8")
    return Row(listed.standing, listed.seeds, listed.sources, said, tuple(map(PeerRow.of, listed.peers)))
