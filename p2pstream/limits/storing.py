"""Bounds of what is kept: hashes and streams."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.limits.row import bound

__all__ = ["StoreLimits"]


@dataclass(frozen=True, init=False, repr=False, eq=False)
class StoreLimits:
    """What lies on our disks."""

    # hashes of shared files
    hash_settle_s: float = bound(2.0, "s", "old a stamp must be to be believed: the coarsest clock of a disk")
    hash_cache_files: int = bound(100_000, "files", "remembered; the oldest are forgotten")
    hash_cache_bytes: int = bound(67_108_864, "bytes", "of the hash cache; 100,000 lines of 600")
    hash_span_bytes: int = bound(4_194_304, "bytes", "hashed by a worker in one go; others wait 3 ms")
    hash_told_s: float = bound(10.0, "s", "between two lines about how hashing goes on")
    hash_retry_s: float = bound(60.0, "s", "after a disk refused to read a file, until it is asked again")
    hash_read_bytes: int = bound(262_144, "bytes", "read at once for hashing; stays in the processor's cache")

    hash_file_apart_bytes: int = bound(
        134_217_728,
        "bytes",
        "of a file that processes read too, which take 50 ms to start; smaller ones are hashed beside it",
    )

    # proving what arrives
    hash_apart_bytes: int = bound(
        16_777_216,
        "bytes",
        "expected, or hashed by threads, and a process is started for it, which takes 30 ms",
    )
    hash_shared_bytes: int = bound(
        67_108_864, "bytes", "of memory shared with that process; what lies elsewhere threads hash"
    )
    hash_apart_s: float = bound(
        2.0, "s", "without an answer of that process, which hashes all that it has in 0.1; then threads do it"
    )

    # the store
    store_stream_bytes: int = bound(
        274_877_906_944, "bytes", "of one stream; its hashes take 256 MiB at most"
    )
    store_guests: int = bound(
        15,
        "processes",
        "that fetch a stream beside the one that has it; each keeps its own part",
    )
    store_checkpoint_s: float = bound(3.0, "s", "of what was written may be lost by a power cut")
    store_check_units: int = bound(16, "units", "hashed by a worker in one go, before they are first served")
    store_ahead_bytes: int = bound(
        67_108_864, "bytes", "of room had before they come; contiguous on the disk"
    )
    store_behind_bytes: int = bound(16_777_216, "bytes", "before a reader stay, for short jumps back")
    store_evict_bytes: int = bound(33_554_432, "bytes", "given up in one go; each go waits for the disk")
    store_cache_bytes: int = bound(
        10_000_000_000, "bytes", "of films that are only watched, where nobody says another size"
    )
    store_cache_least: int = bound(
        32_000_000, "bytes", "that somebody may say: half a minute of a film, and what is on its way"
    )
    store_grow_s: float = bound(60.0, "s", "after a disk was full, until it is asked for more again")
    store_look_s: float = bound(
        2.0, "s", "between two looks at what our other programs fetched, at least; 0.1 ms a film"
    )
    store_look_most_s: float = bound(30.0, "s", "between two of those, where nothing was new for minutes")
