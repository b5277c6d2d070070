"""The scenarios that there are, by name."""

from __future__ import annotations

from dataclasses import replace

from p2pstream.testing.sim.acts import (
    central_dies,
    churn,
    cut,
    freeze,
    halve,
    kill,
    partition,
    reset,
    seek,
    starve,
)
from p2pstream.testing.sim.checks import all_listed, all_met, nobody_banned, something_wrong_came
from p2pstream.testing.sim.hostile import (
    corrupting,
    greedy,
    late,
    silent,
    spoil_all,
    spoil_last,
    spoil_some,
    trickling,
)
from p2pstream.testing.sim.scenario import Cast, Happening, Part, Promise, Scenario, every
from p2pstream.testing.sim.ways import FIBRE, WIFI, Access

__all__ = ["SCENARIOS"]

#: Links of those who serve: together at least 1.5 times what is watched, whoever of them is alive.
_SERVING = Access.of(750_000, 2_500_000, 0.010, jitter=0.002)
_ORIGIN = Cast("origin", Part.ORIGIN, access=Access.of(1_500_000, 2_500_000, 0.010))
_PEERS = Cast("peer", Part.PEER, 8, _SERVING)
_VIEWERS = Cast("viewer", Part.VIEWER, 2, _SERVING)
_SWARM = (_ORIGIN, _PEERS, _VIEWERS)
#: A viewer whose link is 1.4 times the film, so that it never has all of it early.
_NARROW = Cast("viewer", Part.VIEWER, 1, Access.of(350_000, 350_000, 0.010, jitter=0.002))
_SOURCE = Access.of(300_000, 2_500_000, 0.010)

_PLAIN = (
    Scenario(
        "film",
        "",
        "one origin, one viewer",
        (Cast("origin", Part.ORIGIN), Cast("viewer", Part.VIEWER)),
        promise=Promise(start_s=1.0, waste=0.01, copies=1.1),
    ),
    Scenario(
        "seek",
        "",
        "viewers who jump about at 50 ms round trip, among 20 peers",
        (
            _ORIGIN,
            Cast("peer", Part.PEER, 18, Access.of(750_000, 2_500_000, 0.0125)),
            Cast("viewer", Part.VIEWER, 2, Access.of(750_000, 2_500_000, 0.0125), at=5.0),
        ),
        every(7.0, 40.0, seek("viewer"), first=10.0),
        Promise(seek_s=1.5),
        is_kept=False,
    ),
)

_NETWORK = (
    Scenario(
        "wifi",
        "F20",
        "radio with jitter and loss, the film at 0.7 of what it carries",
        (Cast("origin", Part.ORIGIN, 2), Cast("viewer", Part.VIEWER, 1, WIFI)),
        promise=Promise(),
        rate=875_000,
        film_s=30.0,
    ),
    Scenario(
        "cut",
        "F21",
        "one of two sources falls silent, for 30 s, without a word",
        (Cast("origin", Part.ORIGIN, 1, _SOURCE), Cast("other", Part.ORIGIN, 1, _SOURCE), _NARROW),
        (Happening(15.0, cut("viewer", ["other"], 30.0)),),
    ),
    Scenario(
        "resets",
        "F22",
        "all connections of a viewer are reset every 2 s",
        (Cast("origin", Part.ORIGIN, 2, _SOURCE), _NARROW),
        every(2.0, 40.0, reset("viewer")),
        # On a link this slow two units, each half there, are a tenth of what comes between two resets.
        Promise(again=0.02),
        is_kept=False,
    ),
    Scenario(
        "partition",
        "F27",
        "two halves for 15 s, an origin in each, the central in one",
        (
            Cast("origin", Part.ORIGIN, 1, _SOURCE),
            Cast("other", Part.ORIGIN, 1, _SOURCE),
            _NARROW,
            replace(_NARROW, name="outer"),
        ),
        (Happening(8.0, partition(["central", "origin", "viewer"], ["other", "outer"], seconds=15.0)),),
    ),
    Scenario(
        "noise",
        "F29",
        "two ways of four spoil a byte in a thousand segments, checksum and all",
        (
            Cast("origin", Part.ORIGIN, 2, _SOURCE),
            Cast("noisy", Part.ORIGIN, 2, Access.of(300_000, 2_500_000, 0.010, noise=0.001)),
            _NARROW,
        ),
        promise=Promise(waste=0.05, checks=(something_wrong_came,)),
    ),
    Scenario(
        "noisy-home",
        "F29",
        "the viewer's own link spoils a byte in two thousand segments, whoever sends",
        (
            Cast("origin", Part.ORIGIN, 2, _SOURCE),
            replace(_NARROW, access=Access.of(500_000, 500_000, 0.010, noise=0.0005)),
        ),
        promise=Promise(checks=(something_wrong_came,)),
    ),
    Scenario(
        "halved",
        "F28",
        "a link at half of the film's rate for 20 s",
        (Cast("origin", Part.ORIGIN, 2), Cast("viewer", Part.VIEWER, 1, Access.of(400_000, 400_000))),
        (Happening(25.0, halve("viewer", 20.0, 0.3125)),),
    ),
)

_PROCESSES = (
    Scenario(
        "freeze",
        "F14",
        "the viewer's machine sleeps for 30 s",
        (Cast("origin", Part.ORIGIN, 2, _SOURCE), _NARROW),
        (Happening(10.0, freeze("viewer", 30.0)),),
        Promise(stalls=1, stalled_s=2.0, checks=(nobody_banned,)),
    ),
    Scenario(
        "starved",
        "F17",
        "the viewer's processor is there half of the time",
        (_ORIGIN, Cast("viewer", Part.VIEWER, 1, _SERVING)),
        (Happening(1.0, starve("viewer")),),
    ),
    Scenario(
        "churn50",
        "F23",
        "half of the peers killed every 10 s, and replaced by empty ones 5 s later",
        _SWARM,
        every(10.0, 60.0, churn("peer", 0.5, 5.0)),
        Promise(waste=0.1),
        is_kept=False,
    ),
    Scenario(
        "die-but-one",
        "F24",
        "nine sources of ten die at once",
        (
            Cast("origin", Part.ORIGIN, 1, _SOURCE),
            Cast("source", Part.ORIGIN, 9, Access.of(60_000, 60_000)),
            _NARROW,
        ),
        (Happening(20.0, kill("source")),),
        # The row promises nothing to who has less than five seconds of film when they die.
        view=(("buffer_s", 10.0), ("start_s", 5.0)),
    ),
    Scenario(
        "central-dies",
        "F25",
        "the central dies, and stays dead",
        (Cast("origin", Part.ORIGIN, 2, _SOURCE), _NARROW),
        (Happening(5.0, central_dies()),),
    ),
    Scenario(
        "central-empty",
        "F26",
        "the central comes back and knows nothing",
        (
            Cast("origin", Part.ORIGIN, 1, FIBRE),
            Cast("peer", Part.PEER, 19, FIBRE),
            Cast("viewer", Part.VIEWER, 1, FIBRE),
        ),
        (Happening(8.0, central_dies(1.0)),),
        Promise(checks=(all_listed,)),
        film_s=20.0,
    ),
)

_HOSTILE = (
    Scenario(
        "greedy",
        "F40",
        "three who call everything urgent, and give nothing, beside two who watch, and eight",
        (*_SWARM, Cast("greedy", Part.PEER, 3, FIBRE, greedy)),
    ),
    Scenario(
        "polluted40",
        "F33",
        "40 % of the peers send wrong bytes: all, some, or the last of each unit",
        (
            Cast("origin", Part.ORIGIN, 6, _SERVING),
            Cast("liar", Part.ORIGIN, 2, _SERVING, corrupting(spoil_all)),
            Cast("rare", Part.ORIGIN, 1, _SERVING, corrupting(spoil_some(0.01))),
            Cast("last", Part.ORIGIN, 2, _SERVING, corrupting(spoil_last)),
            Cast("viewer", Part.VIEWER, 1, _SERVING),
        ),
        promise=Promise(waste=0.05, checks=(nobody_banned, all_met)),
    ),
    Scenario(
        "liars",
        "F34",
        "some have everything and send nothing, a byte a second, or too late",
        (
            Cast("origin", Part.ORIGIN, 2, _SERVING),
            Cast("silent", Part.ORIGIN, 2, _SERVING, silent),
            Cast("trickle", Part.ORIGIN, 2, _SERVING, trickling(1.0)),
            Cast("late", Part.ORIGIN, 2, _SERVING, late(4.0)),
            Cast("viewer", Part.VIEWER, 1, _SERVING),
        ),
        promise=Promise(checks=(nobody_banned, all_met)),
    ),
    Scenario(
        "sitter",
        "F30",
        "one sits on the urgent unit at 1 kB/s",
        (
            Cast("origin", Part.ORIGIN, 1, _SERVING),
            Cast("sitter", Part.ORIGIN, 1, _SERVING, trickling(1000.0)),
            Cast("viewer", Part.VIEWER, 1, _SERVING),
        ),
        promise=Promise(waste=0.03, checks=(all_met,)),
    ),
    Scenario(
        "eclipse",
        "F43",
        "nine of ten whom the central lists are hostile",
        (
            Cast("origin", Part.ORIGIN, 1, _SERVING),
            Cast("silent", Part.ORIGIN, 5, _SERVING, silent),
            Cast("liar", Part.ORIGIN, 4, _SERVING, corrupting(spoil_all)),
            Cast("viewer", Part.VIEWER, 1, _SERVING),
        ),
        promise=Promise(start_s=3.0, checks=(nobody_banned,)),
    ),
)

SCENARIOS = {scenario.name: scenario for scenario in (*_PLAIN, *_NETWORK, *_PROCESSES, *_HOSTILE)}
