"""What a user's programs say to each other."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as some
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.views import Awaited, Need, SourceSnapshot
from p2pstream.errors import PeerError, StorageError
from p2pstream.protocols.resident.messages import (
    Alive,
    Begun,
    Departed,
    Fetch,
    GivenUp,
    Halt,
    Message,
    Pour,
    Stand,
    Told,
    UnitsNow,
    Where,
    Whole,
    decode,
    encode,
)

EACH: list[Message] = [
    Fetch("p2pstream://central/film", "/home/x/film", False, True, 2051, "ab"),
    Fetch("p2pstream://central/film"),
    Pour("token", 3),
    Pour("token", 3, 9),
    Where(0, "play", 7),
    Where(1, "read", 0),
    Departed(0),
    Halt(),
    Told("source_connected", {"address": "10.0.0.1:2050"}),
    Begun("token", "p2ps:f-x"),
    UnitsNow(((0, 1), (5, 9)), ((2, 3),)),
    Stand(),
    Stand(
        1.5,
        (SourceSnapshot("10.0.0.1:2050", 5, "sending"), SourceSnapshot("10.0.0.2:2050", 5, "lost", 3)),
        Awaited(Need.UNIT, 4, ("10.0.0.1:2050",), 0.5, 3.0),
    ),
    Stand(awaited=Awaited(Need.PEERS)),
    Alive(),
    Whole(),
    GivenUp("NotFound", "nobody has it"),
]


class MessageTests(SynchronousTestCase):
    def test_round_trip(self) -> None:
        """Each is a line of ASCII, and the same at the other end."""
        for message in EACH:
            line = encode(message)
            self.assertNotIn(b"\n", line)
            self.assertTrue(line.isascii())
            self.assertEqual(decode(line), message)

    def test_faults_are_told_in_words(self) -> None:
        """What an event has that is no value of JSON is told as text."""
        said: Any = decode(encode(Told("state_refused", {"reason": StorageError("full")})))
        self.assertEqual(said.fields, {"reason": "full"})

    def test_on_the_wire(self) -> None:
        """As docs/protocols/resident.rst has it."""
        self.assertEqual(
            encode(Where(1, "play", 9)), b'{"say": "where", "reader": 1, "kind": "play", "position": 9}'
        )

    def test_bad(self) -> None:
        """What is none is not taken for one; none is half right."""
        good = json.loads(encode(EACH[0]))
        bad = [
            {**good, name: value} for name in good for value in (None, -1, [], "x" if name != "link" else 3)
        ]
        bad = [each for each in bad if not _fits(each)]
        odd = [
            b"",
            b"{",
            b"[]",
            b"1",
            b"\xff",
            b"[" * 9999,
            b'{"say": 1}',
            b'{"say": "where"}',
            b'{"say": ["a"]}',
        ]
        odd += [
            b'{"say": "where", "reader": 0, "kind": "look", "position": 0}',
            b'{"say": "where", "reader": true, "kind": "read", "position": 0}',
            b'{"say": "units", "came": [[2, 1]], "went": []}',
            b'{"say": "units", "came": [[0]], "went": []}',
            b'{"say": "begun", "token": "a", "key": "b"}',
            b'{"say": "stand", "rate": 0, "sources": [], "awaited": {"need": "x"}}',
        ]
        for line in [*odd, *(json.dumps(each).encode() for each in bad)]:
            self.assertRaises(PeerError, decode, line)

    @given(some.binary(max_size=200))
    def test_anything(self, line: bytes) -> None:
        """Whatever is said, it is a message or it is refused."""
        try:
            decode(line)
        except PeerError:
            return


def _fits(said: dict[str, Any]) -> bool:
    """Whether a changed message is one still."""
    kinds = {"into": (str, type(None)), "link": str, "group": str}
    name = next((name for name in said if said[name] != json.loads(encode(EACH[0])).get(name)), "say")
    return isinstance(said[name], kinds.get(name, ()))  # type: ignore[arg-type]
