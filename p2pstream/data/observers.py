"""Whoever wants to know that something changed."""

from __future__ import annotations

from collections.abc import Callable

from twisted.logger import Logger

__all__ = ["Observers"]

_log = Logger()


class Observers:
    """Functions that are called, in the order in which they came, until they are taken back."""

    def __init__(self) -> None:
        self._observers: dict[object, Callable[[], None]] = {}

    def add(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call ``changed`` at every `notify`; returns what ends it."""
        key = object()
        self._observers[key] = changed

        def end() -> None:
            self._observers.pop(key, None)

        return end

    def notify(self) -> None:
        """Something changed."""
        for key, changed in list(self._observers.items()):
            if key not in self._observers:
                continue
            try:
                changed()
            except Exception:
                # One careless page must not stop the transfer that it looks at.
                _log.failure("an observer of a stream failed")
