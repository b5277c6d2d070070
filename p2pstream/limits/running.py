"""Bounds of programs."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.limits.row import bound

__all__ = ["RunLimits"]


@dataclass(frozen=True, init=False, repr=False, eq=False)
class RunLimits:
    """Settings, logs and the end."""

    # settings
    settings_bytes: int = bound(1_048_576, "bytes", "of a settings file; nobody writes a thousand lines")
    secret_least_bytes: int = bound(16, "bytes", "a shorter secret is found by trying, from one handshake")
    secret_bytes: int = bound(1024, "bytes", "of the secret of a closed group")
    pem_bytes: int = bound(65_536, "bytes", "of a file with a key or certificates; a chain has some 6 kB")
    pem_look_s: float = bound(10.0, "s", "between two looks whether they were renewed; 3 ms of a thread")

    # roles
    stop_s: float = bound(2.0, "s", "from a signal to the end of the process, whatever hangs")
    told_lasting_s: float = bound(
        60.0, "s", "between two lines that something still lasts, such as a full disk"
    )
    told_burst: int = bound(20, "lines", "of one kind are logged at once; then one a second")
    switch_s: float = bound(
        0.0005, "s", "for which a thread may compute while the reactor waits for Python's lock"
    )
    turn_calls: int = bound(
        256, "descriptors", "called in one turn of a role's reactor; then comes what is due, then the others"
    )
    lag_every_s: float = bound(2.0, "s", "between two looks how late the reactor is; 0.005 % of a core")
    spare_descriptors: int = bound(32, "descriptors", "kept from connections: logs, folders, watches, pipes")

    # the command of --on-done
    hook_s: float = bound(2.0, "s", "at the end for it to fail, which is said then; else it is left alone")

    # one running peer, and the other programs of its user
    resident_answer_s: float = bound(2.0, "s", "for a peer that is there to say anything; else we go alone")
    resident_quiet_s: float = bound(5.0, "s", "without a word of it, which says one each second")
    resident_tell_s: float = bound(0.25, "s", "between two words about how fetching stands")
    resident_batch_s: float = bound(0.05, "s", "from a unit that came to the word that it is there")
    resident_line_bytes: int = bound(65_536, "bytes", "of one message; 500 spans are 15 kB")
    resident_lines: int = bound(256, "connections", "of all programs; each has one and one a reader")
    resident_readers: int = bound(64, "readers", "that one program tells of; a player has two")
    resident_held_bytes: int = bound(262_144, "bytes", "that wait for one reader; then the peer pauses")
