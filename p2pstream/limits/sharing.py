"""Bounds of a peer that shares."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.limits.row import bound

__all__ = ["ShareLimits"]


@dataclass(frozen=True, init=False, repr=False, eq=False)
class ShareLimits:
    """What is looked at, and told to centrals."""

    # shares
    share_files: int = bound(20_000, "files", "of one share; a table of them is sorted in 10 ms")
    share_entries: int = bound(100_000, "entries", "looked at in one scan, shared or not")
    share_depth: int = bound(8, "folders", "below the shared one; nobody nests films deeper")
    share_watched: int = bound(1000, "folders", "of a share with a system's watch on them; 20 µs each")
    share_told: int = bound(10, "files", "that are not shared, told one by one; the rest as a number")
    share_check_s: float = bound(0.8, "s", "between two scans at least; a change shows within two of them")
    share_check_most_s: float = bound(3.0, "s", "between two scans, where nothing changed for long")
    share_watched_s: float = bound(
        3.0, "s", "between two scans at least, where the system gives notice of all changes"
    )
    share_watched_most_s: float = bound(
        30.0, "s", "between two of those at most: what a system gives no notice of shows within it"
    )
    look_part: float = bound(
        0.25, "of the time", "since anything was new passes until the next look, within such bounds"
    )
    share_ease: float = bound(20.0, "times", "a scan's length passes before the next; 5 % of a thread")
    share_hurry: float = bound(
        4.0, "times", "a scan's length passes, after a notice of a change; 20 % of a thread"
    )
    share_nudge_s: float = bound(0.05, "s", "from the system's notice of a change to the scan")
    share_settle_s: float = bound(0.7, "s", "a file must not have changed for; less than a scan's period")
    share_writing_s: float = bound(
        10.0, "s", "a file must not have changed for, that somebody was seen to create"
    )
    share_trees_bytes: int = bound(
        33_554_432, "bytes", "of hashes at hand, of the films that were asked for last; 32 GiB of film"
    )

    # giving while fetching
    upload_after_s: float = bound(0.3, "s", "of fetching, until others are told that they can have it")

    # sending no more than is wished
    share_folders: int = bound(100, "folders", "shared by a peer to which some are added while it runs")
    changes_bytes: int = bound(1_048_576, "bytes", "of the file of what was changed: 100 paths of 4 kB")
    uplink_least: int = bound(16_384, "bytes/s", "that may be sent at least: a unit in four seconds")
    uplink_burst_s: float = bound(
        0.1, "s", "of what may be asked for, or sent while others press, at once after a pause"
    )
    downlink_back_s: float = bound(
        2.0, "s", "of what may be asked for may be given back by lost sources at once; more would be a surge"
    )
    uplink_ahead_s: float = bound(
        0.01, "s", "of what may be sent, at once after a pause: in the line nothing overtakes it"
    )
    uplink_quantum_bytes: int = bound(4096, "bytes", "of a turn of weight 1; a unit in four of weight 4")
    uplink_giver: int = bound(
        4, "times", "the part of one who gives others what it takes, beside that of one who gives nothing"
    )
    uplink_urgent: int = bound(
        125_000, "bytes/s", "to one peer that go first, because it calls them urgent; a film's least, 1 Mb/s"
    )
    uplink_urgent_bytes: int = bound(524_288, "bytes", "of those, at once after a pause: a seek")
    uplink_urgent_part: float = bound(
        0.2, "of what goes through", "to one peer that go first, where nobody set a limit and that is more"
    )
    uplink_urgent_s: float = bound(
        4.0, "s", "of what may go first, at once after a pause, where that is more"
    )
    uplink_look_s: float = bound(0.5, "s", "over which is measured what goes through")
    uplink_look_bytes: int = bound(262_144, "bytes", "and as many at least; four units")
    uplink_memory_s: float = bound(10.0, "s", "in which what was measured counts for a third")
    uplink_held_part: float = bound(
        0.5, "of what goes through", "is left to all who are not urgent, while somebody urgent waits"
    )
    uplink_futile_part: float = bound(
        0.75, "of what goes through", "goes, or it is not us for whom those wait who are urgent"
    )
    uplink_try_s: float = bound(1.5, "s", "for which others are held back, to see whether that is of use")
    uplink_futile_s: float = bound(20.0, "s", "nobody is held back for one who did not take what others left")
    uplink_eased_part: float = bound(
        1.1, "of what goes through", "is left to all when nobody urgent waits any more"
    )
    uplink_linger_s: float = bound(2.0, "s", "without anybody urgent who waits, until all send as they like")
    uplink_hold_s: float = bound(0.1, "s", "between two looks at those who wait")
    held_least_bytes: int = bound(8192, "bytes", "that may wait in the kernel for one peer, however slow")
    held_s: float = bound(0.05, "s", "of what a connection sends may wait there, where that is more")
    held_look_s: float = bound(0.5, "s", "over which is measured what it sends")
    held_lately_s: float = bound(2.0, "s", "since that was measured last, and it says how slow it is now")
    uplink_together: int = bound(
        2, "pieces", "at once into the kernel where nobody set a limit: one may be slow to begin"
    )
    uplink_width_units: int = bound(
        4, "units", "of time after which it is looked whether those fill the link, while others wait"
    )
    uplink_idle_part: float = bound(
        0.5, "of what goes through", "goes then, or as many pieces more may be on their way"
    )
    uplink_full_part: float = bound(0.75, "of what goes through", "goes then, and fewer need be")
    uplink_width_s: float = bound(
        10.0, "s", "after that was so it does not become that few pieces again: somebody is slow himself"
    )
    uplink_width_most: int = bound(1024, "pieces", "on their way at once, however slowly they are taken")
    uplink_order_s: float = bound(
        0.01, "s", "for that many units, and what takes less goes in whatever order it comes"
    )
    uplink_patience_s: float = bound(
        0.01, "s", "for one whose turn it is to send, until the next one is called as well"
    )

    # announcing
    announce_s: float = bound(
        10.0, "s", "between two claims of a key, whatever a central wishes; 60 is usual"
    )
    announce_most_s: float = bound(
        3600.0, "s", "between two claims at most: who forgot us is told within an hour"
    )
    announce_retry_s: float = bound(1.0, "s", "after a central had too much to do, until it is told more")
    announce_room_s: float = bound(
        4.0, "s", "after a central could not keep a name, its disk being full, until one is tried again"
    )
    announce_keys: int = bound(128, "keys", "claimed in one message; 6 kB")
    announce_names: int = bound(32, "names", "published at once; a central answers many as quickly as one")
    book_names: int = bound(40_000, "names", "that we publish, or withdrew within the last month")
    book_bytes: int = bound(83_886_080, "bytes", "of the file of our records; 40,000 of 2 kB")
    book_save_s: float = bound(0.5, "s", "between two times that the records of our names are written")
    book_grace_s: float = bound(3.0, "s", "after a file went, until its name does; another may be put there")
    book_renew_s: float = bound(3600.0, "s", "between two looks for records that would soon expire")
    calls: int = bound(10, "dials", "in a second on the word of centrals: none may use us to flood others")
    calls_s: float = bound(1.0, "s", "in which those are counted")
    calls_per_host: int = bound(6, "dials", "to one host (IPv6: /64) in a minute; loopback exempt")
    calls_per_host_s: float = bound(60.0, "s", "in which so many calls from one host are answered")
    call_links: int = bound(64, "links", "to those who had us called; other calls are not answered")
    call_idle_s: float = bound(10.0, "s", "after a call was answered, until something is asked for")
    doubt_s: float = bound(
        3600.0, "s", "between two times that a film is hashed because somebody found it wrong"
    )
    pins: int = bound(1000, "addresses", "of centrals, whose ids are remembered")
    doctor_s: float = bound(8.0, "s", "for a central to answer the doctor; it may dial us for five of them")
    goodbye_s: float = bound(1.0, "s", "for telling centrals that we go; half of what a clean stop may take")
