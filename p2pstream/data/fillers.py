"""Who puts bytes into a stream that others read."""

from __future__ import annotations

from collections.abc import Callable

from twisted.python.failure import Failure

__all__ = ["Fillers"]


class Fillers:
    """Counts them, so that readers wait as long as anybody may send what is missing, and no longer.

    :param dried: called with why, when the last of them gave up.
    :ivar fault: why the last gave up; None while somebody fills, or nobody ever did.
    """

    def __init__(self, dried: Callable[[Failure], None]) -> None:
        self._dried = dried
        self._filling: set[object] = set()
        self.fault: Failure | None = None

    def begin(self) -> Callable[[Failure | None], None]:
        """There is one more; as `IStoredStream.fill`."""
        token = object()
        self._filling.add(token)
        self.fault = None

        def end(fault: Failure | None) -> None:
            if token not in self._filling:
                return
            self._filling.remove(token)
            if fault is not None and not self._filling:
                self.fault = fault
                self._dried(fault)

        return end
