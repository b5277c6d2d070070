"""A worker's one job."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import av
import av.logging

from p2pstream.content.bencode import encode
from p2pstream.content.side.facts import Facts
from p2pstream.content.side.packfile import Storyboard
from p2pstream.content.text import fault_text
from p2pstream.limits import LIMITS, Limits
from p2pstream.media.messages import DONE, FAILED, JOB, PART, READY, WorkerJob
from p2pstream.media.worker.confined import confine
from p2pstream.media.worker.opening import facts_of, opened
from p2pstream.media.worker.pictures import pictures
from p2pstream.media.worker.pipes import PartWriter, PipeFilm, Pipes
from p2pstream.media.worker.reading import DescriptorFilm, FilmBytes
from p2pstream.media.worker.remux import remux
from p2pstream.media.worker.texts import texts

__all__ = ["work"]

#: Where the film is, if it lies on this machine.
_FILM = 3


def work(limits: Limits = LIMITS) -> None:
    """Say that we are ready, hear what to do, do it."""
    av.logging.set_level(None)
    has_film = _is_open(_FILM)
    pipes = Pipes()
    confine(limits)
    pipes.say(READY)
    job = WorkerJob.decode(pipes.hear(JOB))
    if job.background:
        os.nice(19)
    film: FilmBytes = PipeFilm(pipes, job.length, limits.worker_read_bytes)
    if has_film:
        film = DescriptorFilm(_FILM, job.length)
    try:
        with opened(film, limits) as container:
            facts = facts_of(container, film, limits)
            result = _JOBS[job.kind](pipes, container, facts, job, limits)
    except (av.error.FFmpegError, EOFError, MemoryError, ValueError) as fault:
        pipes.say(FAILED, _words(fault).encode())
    else:
        pipes.say(DONE, encode(result, limits=limits))


def _words(fault: Exception) -> str:
    if isinstance(fault, av.error.InvalidDataError):
        return "its bytes are no film of a kind that is known here"
    if isinstance(fault, MemoryError | av.error.MemoryError):
        return "opening it takes more memory than it may have"
    return fault_text(fault)


def _facts(pipes: Pipes, container: Any, facts: Facts, job: WorkerJob, limits: Limits) -> dict[bytes, Any]:
    return {b"f": facts.encode()}


def _pictures(pipes: Pipes, container: Any, facts: Facts, job: WorkerJob, limits: Limits) -> dict[bytes, Any]:
    kinds, board = list[bytes](), list[int]()
    for each in pictures(container, facts, limits):
        if isinstance(each, Storyboard):
            board = [each.every_ms, each.count, each.width, each.height, each.across, each.down]
        else:
            kinds.append(each[0].encode())
            pipes.say(PART, each[1])
    return {b"f": facts.encode(), b"k": kinds, b"s": board}


def _texts(pipes: Pipes, container: Any, facts: Facts, job: WorkerJob, limits: Limits) -> dict[bytes, Any]:
    tracks = list[list[bytes]]()
    for stream, vtt in texts(container, limits):
        language = stream.metadata.get("language", "").removesuffix("und")
        tracks.append([language.encode()[:20], stream.metadata.get("title", "").encode()[:100]])
        pipes.say(PART, vtt)
    return {b"f": facts.encode(), b"k": tracks}


def _remux(pipes: Pipes, container: Any, facts: Facts, job: WorkerJob, limits: Limits) -> dict[bytes, Any]:
    remux(container, facts, job.start_ms, PartWriter(pipes))
    return {b"f": facts.encode()}


_JOBS: dict[str, Callable[[Pipes, Any, Facts, WorkerJob, Limits], dict[bytes, Any]]] = {
    "facts": _facts,
    "pictures": _pictures,
    "texts": _texts,
    "remux": _remux,
}


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
