"""Where a program keeps what it fetches, on a disk whose syncs take long."""

from __future__ import annotations

from threading import Event
from typing import Any

from twisted.internet import reactor
from twisted.trial.unittest import TestCase

from p2pstream.content.units import UNIT
from p2pstream.data.workers import ThreadWorkers
from p2pstream.peer.fetching.keeping import Keeping
from p2pstream.testing.proofs.proven import prove, proven_film

FILM = proven_film(2 * UNIT)


class SlowDiskTests(TestCase):
    timeout = 60

    async def test_F06_what_is_remembered(self) -> None:
        """Whatever of it waits for the disk, a new stream is opened, and what comes is kept."""
        workers = ThreadWorkers(reactor)  # type: ignore[arg-type]
        keeping = await Keeping.open(self.mktemp(), workers, reactor)
        disk: Any = keeping.disk
        slow, replace = Event(), disk.replace

        def replace_slowly(path: str, content: bytes) -> None:
            slow.wait()
            replace(path, content)

        disk.replace = replace_slowly
        for number, ids in enumerate((keeping.publishers, keeping._pins) * 2):
            ids[f"10.0.0.{number}:2045"] = FILM.key.root
        try:
            opening = keeping.store.open(FILM.key)
            opening.addTimeout(10, reactor)  # type: ignore[arg-type]
            stream: Any = await opening
            prove(stream, FILM)
            self.assertEqual(await stream.put_units(0, FILM.units(0, 2)), [True, True])
            stream.close()
        finally:
            slow.set()
            await keeping.close()
            await workers.close()
