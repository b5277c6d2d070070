"""What a role keeps from one run to the next."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime

from p2pstream.content.signing import Identity
from p2pstream.content.text import printable
from p2pstream.data.disk import telling
from p2pstream.data.state import Pins, StateFolder, hold, kept_identity, state_place
from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk, IEvents, IStateFile, IWorkers
from p2pstream.transport.secure.credentials import Shown, kept_credentials
from p2pstream.values import value

__all__ = ["PINS", "RoleState", "open_state", "pinned_in", "read_identity", "read_pins"]

#: Where a peer keeps the ids of its centrals.
PINS = "peer/pins"


@value
class RoleState:
    """The private folder of one running role, which no other process of that role has.

    :param folder: which it is, for people.
    :param temporary: it goes when the role ends.
    :param identity: who we are to others.
    """

    disk: IDisk
    folder: str
    temporary: bool
    identity: Identity
    #: What TLS needs.
    shown: Shown
    _held: IStateFile

    def close(self) -> None:
        """Let others have it; harmless when done twice."""
        self._held.close()
        if self.temporary:
            shutil.rmtree(self.folder, ignore_errors=True)


def open_state(
    given: str | None, role: str, events: IEvents, chance: Callable[[int], bytes] = os.urandom
) -> RoleState:
    """The folder that is given, else the one of this user, else, where none can be had, a new one.

    :param role: "peer" or "central"; its files lie in a folder of that name.
    :raises errors.StorageError: another process of that role has it, or what is in it
        is damaged or newer; or a folder that was given cannot be used.
    """
    if given is not None:
        return _opened(given, role, chance)
    place = state_place(os.environ)
    try:
        return _opened(place, role, chance)
    except StorageError as fault:
        # Anything but a disk that refuses is for a person to decide.
        if not isinstance(fault.__cause__, OSError):
            raise
        events.happened("state_not_kept", path=place, reason=fault)
    with telling("make", "a temporary folder"):
        return _opened(tempfile.mkdtemp(prefix="p2pstream-"), role, chance, temporary=True)


def read_identity(given: str | None, role: str) -> Identity:
    """Who the role is that has the folder now.

    :raises errors.StorageError: it cannot be read.
    """
    disk = StateFolder(given or state_place(os.environ))
    try:
        return kept_identity(disk, f"{role}/identity", os.urandom)
    finally:
        disk.close()


def read_pins(folder: str, workers: IWorkers) -> dict[str, bytes]:
    """The ids of the centrals that the peer knows that has this folder; nothing is written.

    :raises errors.StorageError: they cannot be read.
    """
    disk = StateFolder(folder)
    try:
        return dict(Pins(disk, PINS, workers))
    finally:
        disk.close()


def pinned_in(folder: str) -> str:
    """Where those are, for people."""
    return f"{printable(folder)}/{PINS}"


def _opened(path: str, role: str, chance: Callable[[int], bytes], temporary: bool = False) -> RoleState:
    disk = StateFolder(path)
    held = hold(disk, f"{role}/lock", f"the {role}'s state in {disk.title}")
    try:
        identity = kept_identity(disk, f"{role}/identity", chance)
        credentials = kept_credentials(disk, f"{role}/tls", datetime.now(UTC))
    except BaseException:
        held.close()
        raise
    return RoleState(disk, path, temporary, identity, lambda: credentials, held)
