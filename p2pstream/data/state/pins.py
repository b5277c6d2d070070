"""Who was found behind an address, or a name, so that nobody else passes for them later."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

from twisted.internet.defer import Deferred
from twisted.logger import Logger

from p2pstream.content.signing import check_id
from p2pstream.data.disk import telling
from p2pstream.data.state.seal import Damaged, seal, unseal
from p2pstream.data.turns import Turns
from p2pstream.errors import BadKey, StorageError
from p2pstream.interfaces import IDisk, IWorkers
from p2pstream.limits import LIMITS, Limits

__all__ = ["Pins"]

_log = Logger()

_KIND, _VERSION = "pins", 1
_ADVICE = "move it away, and whoever answers next is believed"
#: A folded name of 2,400 bytes fits; an address is shorter by far.
_LINE_BYTES = 2500


class Pins(MutableMapping[str, bytes]):
    """Ids by address, or by something else that is one line, written down behind every change.

    What other processes write meanwhile stays, and counts in the next run.

    :param path: where on the disk; read here and now.
    :param most: how many; left out, as many as centrals may be known.
    :raises errors.StorageError: it is damaged, or a newer program wrote it, or it cannot be
        read: to begin anew would be to trust whoever answers now.
    """

    def __init__(
        self, disk: IDisk, path: str, workers: IWorkers, limits: Limits = LIMITS, most: int | None = None
    ) -> None:
        self._disk = disk
        self._path = path
        self._turns = Turns(workers)
        self._most = limits.pins if most is None else most
        self._title = f"the file of known ids {path}"
        self._ids = self._read()

    def __getitem__(self, address: str) -> bytes:
        return self._ids[address]

    def __setitem__(self, address: str, id: bytes) -> None:
        self._ids[address] = check_id(id)
        self._bound(self._ids)
        self._save(address, id)

    def __delitem__(self, address: str) -> None:
        del self._ids[address]
        self._save(address, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def settled(self) -> Deferred[None]:
        """Fires when everything is written that can be."""
        return self._turns.run(lambda: None)

    def _bound(self, ids: dict[str, bytes]) -> None:
        while len(ids) > self._most:
            del ids[next(iter(ids))]

    def _read(self) -> dict[str, bytes]:
        with telling("read", self._title):
            try:
                raw = self._disk.read(self._path, self._most * _LINE_BYTES)
            except FileNotFoundError:
                return {}
        ids: dict[str, bytes] = {}
        try:
            body = unseal(_KIND, _VERSION, raw, self._title, _ADVICE)
            for line in body.decode("utf-8").split("\n")[:-1]:
                id, _, address = line.partition(" ")
                ids[address] = check_id(bytes.fromhex(id))
        except (BadKey, ValueError):
            raise Damaged(f"{self._title} is damaged; {_ADVICE}") from None
        return ids

    def _save(self, address: str, id: bytes | None) -> None:
        saved: Deferred[None] = self._turns.run(self._write, address, id)
        saved.addErrback(
            lambda failure: (
                _log.warn("{fault}", fault=failure.value) if failure.check(StorageError) else failure
            )
        )

    def _write(self, address: str, id: bytes | None) -> None:
        """Change what is there now: another process may have written as well."""
        ids = self._read()
        ids.pop(address, None)
        if id is not None:
            ids[address] = id
        self._bound(ids)
        body = "".join(f"{id.hex()} {address}\n" for address, id in ids.items()).encode("utf-8")
        with telling("write", self._title, len(body)):
            self._disk.replace(self._path, seal(_KIND, _VERSION, body))
