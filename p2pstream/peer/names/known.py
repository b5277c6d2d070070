"""What centrals said of names, kept from one run to the next for when none of them is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

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
from p2pstream.values import value

__all__ = ["Known"]

_log = Logger()

_KIND, _VERSION = "answers", 1
_ADDRESS_BYTES = 1024


@value
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

    What other processes write meanwhile stays, and counts in the next run.

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
        self._title = f"the file of what centrals said {path}"
        #: Those that were told last at the end.
        self._answers = self._read()

    def put(
        self, name: str, centrals: Iterable[Address], teller: Address, names: Sequence[ListedName]
    ) -> None:
        """One of these centrals said so."""
        asked = tuple(map(str, centrals))
        answer = Answer(asked, str(teller), Resolved(1, tuple(map(_row, names))).encode())
        changed = self._answers.pop(name, None) != answer
        self._answers[name] = answer
        self._bound(self._answers)
        if changed:
            self._save(name, answer)

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

    def _bound(self, answers: dict[str, Answer]) -> None:
        size = sum(len(answer.body) for answer in answers.values())
        while len(answers) > self._limits.known_names or size > self._limits.known_bytes:
            size -= len(answers.pop(next(iter(answers))).body)

    def _read(self) -> dict[str, Answer]:
        # Twice as much: names and addresses count beside what was said.
        with telling("read", self._title):
            try:
                raw = self._disk.read(self._path, 2 * self._limits.known_bytes)
            except FileNotFoundError:
                return {}
        try:
            return dict(_parts(unseal(_KIND, _VERSION, raw, self._title)))
        except (Damaged, PeerError, UnicodeDecodeError):
            return {}

    def _save(self, name: str, answer: Answer) -> None:
        saved: Deferred[None] = self._turns.run(self._write, name, answer)
        saved.addErrback(lambda failure: _log.warn("{fault}", fault=failure.value))

    def _write(self, name: str, answer: Answer) -> None:
        """Change what is there now: another process may have written as well."""
        answers = self._read()
        answers.pop(name, None)
        answers[name] = answer
        self._bound(answers)
        body = b"".join(each.pack(title) for title, each in answers.items())
        with telling("write", self._title, len(body)):
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
