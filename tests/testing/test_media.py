"""The media that open nothing keep the contract."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from p2pstream.testing.fake_media import FAKE_FILM, FakeMedia, MediaContract


class FakeMediaTests(MediaContract, TestCase):
    """The fake."""

    def make_media(self) -> FakeMedia:
        """A new one."""
        return FakeMedia()

    def make_film(self) -> bytes:
        """What it takes for one."""
        return FAKE_FILM
