"""libvlc, and who may touch it when.

A worker that is inside it holds its input lock: even asking for the time would wait for
that.  So `Machine` gives libvlc away only while no worker is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.player.libvlc.memory_input import MemoryInput
from p2pstream.player.libvlc.vlc import Libvlc

__all__ = ["Machine"]


class Machine:
    """Has `Libvlc` do in a worker what may block.

    :param run: does a piece of work in a thread, and fires with what it gave.
    """

    def __init__(self, libvlc: Libvlc, run: Callable[..., Deferred[Any]]) -> None:
        self._libvlc = libvlc
        self._run = run
        self._loading: Deferred[None] | None = None
        self._retired = False

    @property
    def idle(self) -> Libvlc | None:
        """libvlc, where it may be asked something now."""
        return None if self._retired or self._loading is not None else self._libvlc

    def load(self, source: MemoryInput, start: float, rate: float, subtitles: str) -> Deferred[None]:
        """As `Libvlc.load`."""
        loading = self._loading = self._run(self._libvlc.load, source, start, rate, subtitles)
        return loading.addBoth(self._loaded)

    def _loaded(self, result: Any) -> Any:
        self._loading = None
        return result

    def retire(self) -> None:
        """Its film broke: it is asked nothing more."""
        self._retired = True

    async def stop(self) -> None:
        """Give everything back, as `Libvlc.stop`; what reads must have been freed before."""
        self._retired = True
        if self._loading is not None:
            await self._loading
        await self._run(self._libvlc.stop)
