"""The page about the native protocol against the code and the recorded examples."""

from __future__ import annotations

import json
from collections import defaultdict

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.protocols.native.messages import CEILINGS, DATA, DATA_HEAD, TABLE, decode
from tests.protocols.shown import PAGES, shown_frames

VECTORS = json.loads((PAGES.parents[1] / "tests/vectors/native.json").read_text("utf-8"))["messages"]


class NativePageTests(SynchronousTestCase):
    def setUp(self) -> None:
        """Read the page."""
        self.shown = shown_frames("native.rst")

    def test_every_message_is_shown(self) -> None:
        """All types of the family, and no other."""
        self.assertEqual({example.frame.type for example in self.shown}, set(CEILINGS))

    def test_each_is_a_whole_frame_that_the_code_reads_and_writes(self) -> None:
        """The length is right, the channel is 1, and the message is written as it was read."""
        for example in self.shown:
            frame = example.frame
            self.assertEqual((example.length, frame.channel), (len(frame.body), 1), example.title)
            if frame.type != DATA:
                self.assertEqual(decode(frame.type, frame.body).pack(), frame.body, example.title)

    def test_each_is_a_recorded_one(self) -> None:
        """The page shows the bodies of tests/vectors/native.json, and all of them, under their names."""
        recorded, shown = defaultdict(list), defaultdict(list)
        for vector in VECTORS:
            recorded[int(vector["type"], 16)].append(vector["body_hex"])
        for example in self.shown:
            shown[example.frame.type].append(example.frame.body.hex())
            name = TABLE[example.frame.type].__name__ if example.frame.type != DATA else "Data"
            self.assertEqual(example.title.partition(",")[0].replace(" ", ""), name.upper())
        self.assertEqual(shown, recorded)

    def test_data(self) -> None:
        """The head that is shown is that of request 1 and unit 0."""
        (example,) = (example for example in self.shown if example.frame.type == DATA)
        self.assertEqual(DATA_HEAD.unpack_from(example.frame.body), (1, 0))
