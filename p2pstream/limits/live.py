"""Bounds of broadcasts: what is signed, how far back it is kept, and who gives it to whom."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.limits.row import bound

__all__ = ["LiveLimits"]


@dataclass(frozen=True, init=False, repr=False, eq=False)
class LiveLimits:
    """What is live."""

    # who takes part
    live_delay_s: float = bound(4.0, "s", "from captured to shown, unless somebody wants another")
    live_linger_s: float = bound(
        2.0, "s", "after its end, for viewers to have the last of it, and centrals its new name"
    )
    live_window_s: float = bound(600.0, "s", "of a broadcast that can be gone back, unless somebody says")
    live_delay_least_s: float = bound(0.8, "s", "from captured to shown, at least: decoding takes half of it")
    live_delay_most_s: float = bound(30.0, "s", "from captured to shown, at most")
    live_window_least_s: float = bound(10.0, "s", "of a broadcast that can be gone back, at least")
    live_window_most_s: float = bound(86_400.0, "s", "of a broadcast that can be gone back, at most")
    live_watched: int = bound(64, "broadcasts", "watched at the same time on one private folder")

    # heads
    live_slice_leaves: int = bound(256, "leaves", "of one slice; 14 roots prove them")
    live_lineage_heads: int = bound(4096, "heads", "remembered to see that a source contradicts itself")

    # the window
    live_recent_bytes: int = bound(16_777_216, "bytes", "of the newest leaves in memory; 6 s at 20 Mb/s")
    live_recent_slices: int = bound(600, "slices", "of the newest in memory; a minute of them")
    live_write_leaves: int = bound(
        16, "leaves", "or slices, that are written to a window together: two thirds of a second at 3 Mb/s"
    )
    live_raps: int = bound(
        180_000, "places", "to begin to watch at, remembered; 25 hours of one each half second, 3 MB"
    )
    live_breaks: int = bound(1024, "places", "at which timestamps jump, remembered")
    live_marks: int = bound(600, "steps", "in which the window moves on; each gives room back on the disk")

    live_look_s: float = bound(0.1, "s", "between two looks at what is missing and who keeps up")

    # of a source
    live_slice_full: int = bound(64, "leaves", "and a slice is signed before its tenth of a second")
    live_heartbeat_s: float = bound(1.0, "s", "without anything to sign, and a head says that it goes on")
    live_back_s: float = bound(
        2.0, "s", "that the time of day may have gone back while a source was away; else it begins anew"
    )
    live_unsigned_bytes: int = bound(4_194_304, "bytes", "fed in and not signed; then its producer is paused")

    # of a viewer
    live_feed_s: float = bound(0.45, "s", "before it is shown, a player must have it")
    live_join_s: float = bound(0.5, "s", "for a second neighbour to tell of the edge")
    live_gop_s: float = bound(2.0, "s", "beyond the delay, in which there is a place to begin")
    live_ahead: int = bound(16, "leaves", "fetched ahead of a reader who went back")
    live_rewind_s: float = bound(5.0, "s", "for what a reader went back to; then it goes on behind it")
    live_rate: float = bound(4_000_000.0, "bits/s", "of a broadcast, while it is not known")

    live_catch_up: int = bound(10, "slices", "of the newest, told to whoever hears of heads from now on")

    # who is dialled
    live_degree: int = bound(12, "neighbours", "that a viewer looks for; others find it, too")
    live_dials: int = bound(4, "dials", "at a time")
    live_known: int = bound(200, "peers", "of a broadcast that somebody told of")
    live_crew_s: float = bound(0.5, "s", "between two looks whether neighbours are missing")
    live_starved_s: float = bound(2.5, "s", "without a head, and others are looked for: one a second comes")
    live_find_s: float = bound(20.0, "s", "until centrals are asked again who takes part")
    live_alone_s: float = bound(2.0, "s", "for one who has no neighbour at all")
    live_hungry_s: float = bound(
        1.0, "s", "until one who starves dials again: a source may be back any moment"
    )
    live_again_s: float = bound(5.0, "s", "until a peer that was dialled may be dialled again")

    # what is said of it
    live_channels: int = bound(16, "channels", "of one connection, each about one broadcast")
    live_messages: float = bound(400.0, "messages/s", "about one broadcast of one peer")
    live_slices: float = bound(40.0, "slices/s", "of one peer that nobody asked for; there are ten")
    live_told_ranges: int = bound(1024, "ranges", "in one message of what a peer has")
    live_asked_leaves: int = bound(512, "leaves", "whose slices are asked for at once; 8 MiB")

    # what a central knows of it
    central_heads: int = bound(10_000, "broadcasts", "of which a central knows the newest head; 8 MB")
    central_head_s: float = bound(60.0, "s", "after the last, and a central knows no head any more")
    live_stale_s: float = bound(10.0, "s", "behind what a central knows, and all neighbours are left")
    live_tell_s: float = bound(2.0, "s", "between two heads that a central is told")

    # segments for players of HTTP
    live_segment_s: float = bound(
        1.8, "s", "at least, of a segment: two of a second each, or one of two, whose clock is read rarely"
    )
    live_segment_most_s: float = bound(
        4.2, "s", "of a segment, where nobody may begin for so long; players are told 4 once for all"
    )
    live_segments: int = bound(65_536, "segments", "of a broadcast that are remembered; 36 hours of them")
    live_listed_segments: int = bound(450, "segments", "told to a player at once: 15 minutes, 13 KB")

    live_shown_s: float = bound(15.0, "s", "for the first segment of a broadcast that is joined for a player")
    live_rest_s: float = bound(
        20.0, "s", "after the last request for a part of a broadcast it is watched on; players ask each 4 s"
    )
    live_page_delay_s: float = bound(
        8.0, "s", "from captured to shown, for players of HTTP: so much is here as soon as one joins"
    )
    live_behind_segments: int = bound(
        10, "segments", "that a player elsewhere may lag behind; then it goes on with the newest"
    )

    # what is fed in as MPEG-TS
    live_section_bytes: int = bound(1024, "bytes", "of a table of a transport stream, which may have no more")
    live_clock_step_s: float = bound(
        10.0, "s", "between two readings of its clock; more, or backwards, is a jump"
    )
    live_silent_s: float = bound(5.0, "s", "without a byte of what is fed in, and it is said so")
    live_sound_rap_s: float = bound(1.0, "s", "between two places to begin at, where there is only sound")

    # when it is shown
    live_offset_s: float = bound(150.0, "s", "in which clocks drift by a hundredth; then the offset is new")

    # who gives it to whom
    live_mesh_leaves: int = bound(4096, "leaves", "whose heads are remembered; 27 s at 20 Mb/s")
    live_map_ranges: int = bound(1024, "ranges", "of what a neighbour has; the oldest are forgotten")
    live_copies: int = bound(4, "copies", "given by whoever did not say how much it can send")
    live_source_copies: int = bound(3, "copies", "given by a source that nobody told how much it can send")
    live_convicts: int = bound(1024, "peers", "caught lying about a broadcast, that are left alone")
    live_uplink: float = bound(4_000_000.0, "bits/s", "at least, of an uplink that nobody told the rate of")
    live_uplink_part: float = bound(0.85, "parts", "of an uplink that are promised; the rest repairs")
    live_fan_out: int = bound(8, "neighbours", "that are given one sub-stream: more would wait too long")
    live_have_s: float = bound(0.15, "s", "between two messages of what is here: every second look")
    live_tellers: int = bound(5, "neighbours", "that tell at once of a head which whoever hears it may have")
    live_told_times: int = bound(3, "times", "that something is told, and the others hear of it, too")
    live_push_times: int = bound(20, "times", "that something is told, and a head still goes before a leaf")
    live_patience_s: float = bound(0.15, "s", "at least, until a leaf that should be pushed is asked for")
    live_hurry_s: float = bound(0.5, "s", "until it is needed, and a leaf is asked of more than one")
    live_asks: int = bound(3, "neighbours", "that are asked for one leaf at a time")
    live_ask_s: float = bound(0.6, "s", "until another is asked for a leaf that does not come")
    live_outstanding: int = bound(16, "leaves", "that are asked of one neighbour at a time")
    live_answer_s: float = bound(2.0, "s", "until a neighbour that does not say what it gives gives nothing")
    live_shun_s: float = bound(2.0, "s", "until a neighbour is asked again for what it did not give")
    live_settle_s: float = bound(5.0, "s", "between two looks for a better parent of a sub-stream")
    live_starve_s: float = bound(1.0, "s", "beyond the usual, and a parent whose leaves do not come is left")
    live_late_s: float = bound(
        0.5, "s", "at least, for leaves whose head is new here: where it comes late, its source was"
    )
    live_failed_leaves: int = bound(2, "leaves", "in a row that a parent did not bring, and it is left")
    live_led_s: float = bound(2.0, "s", "since somebody had a leaf before us, and may be asked to push them")
    live_orphan_s: float = bound(0.5, "s", "without a parent, and anybody will do")
    live_hop_s: float = bound(0.05, "s", "that a better parent must be better by")
    live_behind_leaves: int = bound(
        2, "leaves", "wait to be pushed to one peer; with more the newest goes first"
    )
    live_push_leaves: int = bound(
        64, "leaves", "wait to be pushed to one peer; then the oldest is not pushed"
    )
    live_spare_leaves: float = bound(16.0, "leaves", "at once for those who ask, beside what was promised")
    live_busy_s: float = bound(0.25, "s", "until a neighbour is asked again that had no room")
    live_subscribing: int = bound(6, "sub-streams", "that are asked for at a time")
    live_informers: int = bound(
        12, "neighbours", "at least, that tell what there is, and twice as many at most: one may lie"
    )

    # what is published
    publish_begin_s: float = bound(10.0, "s", "from connecting to publishing, whatever comes meanwhile")
    publish_silent_s: float = bound(
        10.0, "s", "without a byte, and a publisher is gone; the film goes on if it returns"
    )
    publish_head_bytes: int = bound(8192, "bytes", "of a request that publishes, before what it publishes")
    publish_chunk_bytes: int = bound(256, "bytes", "of the line before a part of that, in HTTP")
    publish_receive_bytes: int = bound(4_194_304, "bytes", "of datagrams that the system keeps for us")

    # what is published by RTMP
    rtmp_message_bytes: int = bound(8_388_608, "bytes", "of messages under way; a key picture of 4K has 2 MB")
    rtmp_channels: int = bound(16, "chunk streams", "of one publisher; OBS and ffmpeg use five")
    rtmp_messages: int = bound(
        64, "messages", "of one publisher that are answered, before it publishes; OBS and ffmpeg send eight"
    )
    rtmp_values: int = bound(256, "values", "of one command; a film's description has 20")
    rtmp_depth: int = bound(4, "levels", "of one command's objects; they have two")
