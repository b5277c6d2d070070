"""The one table of every bound: lengths, counts, times, each with its unit and reason.

A `Limits` is a value.  Everything that has a bound is handed one, so a test can set
a bound low (`dataclasses.replace`) and stand on both sides of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def bound(value: float, unit: str, reason: str) -> Any:
    """One row: the default, its unit, and why it is that much."""
    return field(default=value, metadata={"unit": unit, "reason": reason})


@dataclass(frozen=True)
class Limits:
    """Every bound of one process; the defaults suit a central and a peer alike."""

    # names and addresses
    name_bytes: int = bound(200, "bytes", "a name in UTF-8; leaves room for suffixes in 255-byte file names")
    address_chars: int = bound(259, "characters", "253 of a host name, a colon and a port")

    # classic
    classic_name_bytes: int = bound(255, "bytes", "more than any file name; the ancestor dies beyond 100")
    classic_sent_name_bytes: int = bound(99, "bytes", "the ancestor's buffer holds 100 with its NUL")
    classic_reply_bytes: int = bound(100, "bytes", "the ancestor aborts on more")
    classic_reply_addresses: int = bound(6, "addresses", "six dotted quads and blanks fit 99 bytes")
    classic_name_s: float = bound(1.0, "s", "the ancestor too reads once, a second after accept")
    classic_lookup_s: float = bound(10.0, "s", "an ancestor answers after one second; ten is a dead one")

    # settings
    settings_bytes: int = bound(1_048_576, "bytes", "of a settings file; nobody writes a thousand lines")

    # roles
    stop_s: float = bound(2.0, "s", "from a signal to the end of the process, whatever hangs")
    told_burst: int = bound(20, "lines", "of one kind are logged at once; then one a second")
    spare_descriptors: int = bound(32, "descriptors", "kept from connections: logs, folders, watches, pipes")

    # the listening port
    sniff_bytes: int = bound(512, "bytes", "longer than any preface or classic name")
    quiet_s: float = bound(0.060, "s", "a preface's or a name's segments arrive closer together")
    silent_s: float = bound(5.0, "s", "a connection that says nothing is dropped")
    sniff_s: float = bound(10.0, "s", "absolute: from accept to a protocol, however bytes trickle")
    undecided: int = bound(512, "connections", "that have not said yet what they want; a lookup does at once")
    connections: int = bound(4000, "connections", "on one listening port; also below the descriptor limit")
    connections_per_address: int = bound(64, "connections", "one address (IPv6: /64); loopback exempt")

    # moving bytes
    chunk_bytes: int = bound(262_144, "bytes", "one read from a file on the portable road")
    span_bytes: int = bound(1_048_576, "bytes", "one sendfile call, and one turn's budget per connection")
    receive_bytes: int = bound(1_048_576, "bytes", "one lent receive buffer, one pwrite")
    unwritten_bytes: int = bound(8_388_608, "bytes", "received and not yet on disk, per stream")
    inbox_bytes: int = bound(65_536, "bytes", "arrived before anybody called receive")
    unsent_bytes: int = bound(
        98_304, "bytes", "in the kernel and not on their way; a stalled reader costs 180 kB"
    )
    close_s: float = bound(2.0, "s", "the other end is given to close, after we did")
    connect_s: float = bound(5.0, "s", "a dial without an answer")
    first_byte_s: float = bound(3.0, "s", "a source that has not begun is left for one not yet asked")
    stall_s: float = bound(30.0, "s", "a transfer without a byte of progress is given up")
    workers: int = bound(2, "threads", "for disk and hashing")

    # the central's mapping
    mapping_bytes: int = bound(16_777_216, "bytes", "of fileToIP.txt; a hundred thousand lines of 160")
    mapping_line_bytes: int = bound(4096, "bytes", "a name and more addresses than anybody dials")
    mapping_names: int = bound(100_000, "names", "what one file still serves well")
    mapping_addresses: int = bound(64, "addresses", "of one name; a reply holds six")
    mapping_told: int = bound(10, "lines", "bad lines shown one by one; the rest as a number")
    mapping_check_s: float = bound(0.5, "s", "between two looks at the file; two alike and it is read")

    # shares
    share_files: int = bound(20_000, "files", "of one share; a table of them is sorted in 10 ms")
    share_entries: int = bound(100_000, "entries", "looked at in one scan, shared or not")
    share_depth: int = bound(8, "folders", "below the shared one; nobody nests films deeper")
    share_watched: int = bound(1000, "folders", "of a share with a system's watch on them; 20 µs each")
    share_told: int = bound(10, "files", "that are not shared, told one by one; the rest as a number")
    share_check_s: float = bound(1.0, "s", "between two scans; a change shows within two of them")
    share_ease: float = bound(20.0, "times", "a scan's length passes before the next; 5 % of a thread")
    share_hurry: float = bound(4.0, "times", "the same, after a notice of a change; 20 % while things change")
    share_nudge_s: float = bound(0.05, "s", "from the system's notice of a change to the scan")
    share_settle_s: float = bound(0.9, "s", "a file must not have changed for; less than a scan's period")
    share_writing_s: float = bound(10.0, "s", "the same, for a file that somebody was seen to create")

    # the player
    feed_bytes: int = bound(2_097_152, "bytes", "between the data and libvlc's thread")


LIMITS = Limits()
