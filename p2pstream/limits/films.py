"""Bounds of what is made of films: pictures, subtitles, another container."""

from __future__ import annotations

from dataclasses import dataclass

from p2pstream.limits.row import bound

__all__ = ["FilmLimits"]


@dataclass(frozen=True, init=False, repr=False, eq=False)
class FilmLimits:
    """What a stranger's film may cost beyond being sent."""

    # subtitles
    subtitle_bytes: int = bound(
        4_194_304, "bytes", "of a file of subtitles; those of a long film have 0.2 million"
    )
    subtitle_cues: int = bound(20_000, "cues", "of one track; a talkative film has 2,500")
    subtitle_cue_length: int = bound(2000, "characters", "shown at once; a screen holds 200")
    subtitle_vtt_bytes: int = bound(2_097_152, "bytes", "of a track that was converted")

    # side content
    film_tracks: int = bound(64, "tracks", "of a film that are told of; a film in thirty languages has 62")
    side_bytes: int = bound(
        4_194_304, "bytes", "of what a film has beside it; pictures and texts of 0.7 MB are usual"
    )
    side_cache_bytes: int = bound(1_073_741_824, "bytes", "of it that are kept; of 1,500 films")
    gateway_sides: int = bound(64, "films", "whose side content a gateway knows without asking once more")
    side_indexes: int = bound(
        1000, "films", "of which it is at hand what their side content has; 2 kB each, read in a millisecond"
    )
    side_after_s: float = bound(
        10.0, "s", "after a film has its key, until its side content is made: no haste"
    )
    side_text_bytes: int = bound(200, "bytes", "of a label, a language or a codec's name in it")
    side_subtitles: int = bound(32, "tracks", "of subtitles in it")
    side_tiles: int = bound(250, "pictures", "to seek by: one in 29 s of a film of two hours")
    side_sheet_pixels: int = bound(
        2048, "pixels", "of a side of a sheet of them; five of 284 lie beside each other"
    )

    # the length of a film that nothing opens
    duration_reads: int = bound(64, "parts", "of a file that are looked at for its length; most need four")
    duration_bytes: int = bound(
        524_288,
        "bytes",
        "of one of those; between two clocks of the fastest broadcasts lies a half",
    )

    # worker processes
    workers_at_once: int = bound(4, "workers", "for who watches films wrapped anew; a fifth is refused")
    workers_each: int = bound(
        2, "workers", "of those for one address (IPv6: /64) elsewhere; who seeks has two for a moment"
    )
    worker_memory_bytes: int = bound(
        1_610_612_736, "bytes", "of address space of a worker; its libraries take 0.4 of it, a film in 8K 0.6"
    )
    worker_cpu_s: float = bound(300.0, "s", "of a processor for one film; 4K in HEVC takes 60")
    worker_job_s: float = bound(
        900.0, "s", "for one film, where nobody waits for it; a slow disk is read by then"
    )
    worker_facts_s: float = bound(30.0, "s", "until it is known what is in a film for which somebody waits")
    worker_spare_s: float = bound(60.0, "s", "a worker stands ready after one was needed")
    worker_frame_bytes: int = bound(1_048_576, "bytes", "that a worker says at once")
    worker_read_bytes: int = bound(131_072, "bytes", "of a film that a worker asks for at once; two units")
    worker_pixels: int = bound(67_108_864, "pixels", "of a film's picture: 8K has 33 million")
