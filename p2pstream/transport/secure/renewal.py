"""A certificate that somebody gives us, and gives anew every few weeks, while we run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.errors import SessionError, UsageError
from p2pstream.interfaces import IEvents, IWorkers
from p2pstream.limits import LIMITS, Limits
from p2pstream.transport.secure.credentials import Credentials
from p2pstream.transport.secure.given import given_credentials

__all__ = ["Renewal"]

_log = Logger()


class Renewal:
    """Shows what was read last, and has the files read again when somebody comes: a `credentials.Shown`.

    Whoever makes it look sees the old one yet: nobody waits for a disk.  What cannot be taken
    changes nothing, and is told once.

    :param files: the paths of the chain and of the key, from everywhere; see `given_credentials`.
    :param first: what they were when the program started.
    """

    def __init__(
        self,
        clock: IReactorTime,
        workers: IWorkers,
        events: IEvents,
        files: tuple[str, str],
        first: Credentials,
        limits: Limits = LIMITS,
    ) -> None:
        self._clock = clock
        self._workers = workers
        self._events = events
        self._files = files
        self._credentials = first
        self._limits = limits
        #: When it is to be looked again; None: that goes on now.
        self._due: float | None = clock.seconds() + limits.pem_look_s
        #: Why what lies there is not taken; empty while it is.
        self._trouble = ""

    def __call__(self) -> Credentials:
        """What is shown to who comes now."""
        if self._due is not None and self._due <= self._clock.seconds():
            self._due = None
            looked = self._workers.run(given_credentials, *self._files, datetime.now(UTC), self._limits)
            looked.addCallbacks(self._read, self._kept).addErrback(self._broke)
        return self._credentials

    def _read(self, found: Credentials | None) -> None:
        self._looked()
        assert found is not None, "both files are named"
        if found != self._credentials:
            self._credentials = found
            until = f"{found.certificates[0].not_valid_after_utc:%Y-%m-%d}"
            self._events.happened("certificate_renewed", until=until)

    def _kept(self, failure: Failure) -> None:
        # The program ends, and its threads went first.
        if not failure.check(SessionError):
            failure.trap(UsageError)
            self._looked(str(failure.value))

    def _looked(self, trouble: str = "") -> None:
        self._due = self._clock.seconds() + self._limits.pem_look_s
        if trouble not in ("", self._trouble):
            self._events.happened("certificate_kept", reason=trouble)
        self._trouble = trouble

    def _broke(self, failure: Failure) -> Any:
        _log.failure("certificates are not looked for any more", failure)
