"""Who was found behind an address, so that nobody else passes for them later."""

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


class Pins(MutableMapping[str, bytes]):
    """Ids by address, written down behind every change.

    :param path: where on the disk; read here and now.
    :raises errors.StorageError: it is damaged, or a newer program wrote it, or it cannot be
        read: to begin anew would be to trust whoever answers now.
    """

    def __init__(self, disk: IDisk, path: str, workers: IWorkers, limits: Limits = LIMITS) -> None:
        self._disk = disk
        self._path = path
        self._turns = Turns(workers)
        self._limits = limits
        self._ids: dict[str, bytes] = {}
        self._load()

    def __getitem__(self, address: str) -> bytes:
        return self._ids[address]

    def __setitem__(self, address: str, id: bytes) -> None:
        self._ids[address] = check_id(id)
        while len(self._ids) > self._limits.pins:
            del self._ids[next(iter(self._ids))]
        self._save()

    def __delitem__(self, address: str) -> None:
        del self._ids[address]
        self._save()

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def _load(self) -> None:
        title = f"the file of known ids {self._path}"
        with telling("read", title):
            try:
                raw = self._disk.read(self._path, self._limits.pins * 512)
            except FileNotFoundError:
                return
        try:
            for line in unseal(_KIND, _VERSION, raw, title).decode("ascii").splitlines():
                id, _, address = line.partition(" ")
                self._ids[address] = check_id(bytes.fromhex(id))
        except (BadKey, ValueError):
            raise Damaged(f"{title} is damaged") from None

    def _save(self) -> None:
        lines = "".join(f"{id.hex()} {address}\n" for address, id in self._ids.items())
        saved: Deferred[None] = self._turns.run(self._write, lines.encode("ascii"))
        saved.addErrback(
            lambda failure: (
                _log.warn("{fault}", fault=failure.value) if failure.check(StorageError) else failure
            )
        )

    def _write(self, body: bytes) -> None:
        with telling("write", f"the file of known ids {self._path}", len(body)):
            self._disk.replace(self._path, seal(_KIND, _VERSION, body))
