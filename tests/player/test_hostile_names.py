"""Names that would be options or addresses to libvlc, if it ever got to see them."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from twisted.internet.testing import MemoryReactorClock
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.memory import BufferData
from p2pstream.player import sfml_player, vlc_player
from p2pstream.player.libvlc import workshop
from p2pstream.player.options import PlayerOptions
from p2pstream.player.sfml_player import SfmlPlayer
from p2pstream.player.vlc_player import VlcPlayer

NAMES = (
    "-version",
    "--script=x",
    "concat:x",
    "http://127.0.0.1/x",
    ":sout=#standard{access=file,dst=x}",
    "a.mp4#0",
    "pipe:0",
    "film.mp4 --sout=x",
    "$(touch x)",
)


class PoolReactor(MemoryReactorClock):
    """A reactor whose threads are done before they begin."""

    def getThreadPool(self) -> PoolReactor:
        """Itself."""
        return self

    def callInThreadWithCallback(
        self, told: Callable[..., Any], work: Callable[..., Any], *args: Any
    ) -> None:
        """Work at once."""
        told(True, work(*args))

    def callFromThread(self, work: Callable[..., Any], *args: Any) -> None:
        """At once too."""
        work(*args)


class HearingVlc:
    """Stands for the module, the instance, the player and the media: notes each text, and who got it."""

    MediaOpenCb = MediaReadCb = MediaSeekCb = MediaCloseCb = ctypes.c_void_p
    Meta = SimpleNamespace(Title=0)
    Position = SimpleNamespace(bottom=6)

    def __init__(self) -> None:
        self.heard: list[tuple[str, str]] = []

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def called(*args: Any) -> HearingVlc:
            texts = (arg.decode() if isinstance(arg, bytes) else arg for arg in args)
            self.heard += ((name, text) for text in texts if isinstance(text, str))
            return self

        return called


class WindowlessPlayer(SfmlPlayer):
    """The player without a window to draw in."""

    def _open_window(self, title: str) -> None:
        pass


class HostileNameTests(SynchronousTestCase):
    """F50: libvlc reads from memory, and is given nothing that a stranger wrote."""

    def setUp(self) -> None:
        """Put an ear in the place of libvlc."""
        self.vlc = HearingVlc()
        self.patch(sys, "modules", {**sys.modules, "vlc": self.vlc})
        self.patch(workshop, "libvlc_problem", lambda: "")
        self.patch(sfml_player, "sfml_problem", lambda: "")
        for module in (sfml_player, vlc_player):
            self.patch(module, "display_problem", lambda: "")

    def played(self, kind: Callable[..., Any], name: str) -> list[tuple[str, str]]:
        """All that libvlc was told when a film of this name was played, and stopped."""
        self.vlc.heard.clear()
        player = kind(PoolReactor(), PlayerOptions())
        self.successResultOf(player.open(name))
        playing = player.play(BufferData(b"film"), None, 5.0)
        self.successResultOf(player.stop())
        self.successResultOf(playing)
        self.assertIn(("add_option", ":start-time=5.000"), self.vlc.heard)
        return list(self.vlc.heard)

    def test_F50_in_our_window(self) -> None:
        """A name is drawn by us, and libvlc is told the same whatever it is."""
        usual = self.played(WindowlessPlayer, "film.mp4")
        for name in NAMES:
            self.assertEqual(self.played(WindowlessPlayer, name), usual, name)

    def test_F50_in_its_own_window(self) -> None:
        """There it is drawn by libvlc, as the title of what is played; no option has any of it."""
        usual = self.played(VlcPlayer, "film.mp4")
        self.assertEqual([heard for heard in usual if "film" in heard[1]], [("set_meta", "film.mp4")])
        for name in NAMES:
            told = self.played(VlcPlayer, name)
            self.assertEqual(told.count(("set_meta", name)), 1)
            told[told.index(("set_meta", name))] = ("set_meta", "film.mp4")
            self.assertEqual(told, usual, name)

    def test_F50_F57_lines_in_a_title(self) -> None:
        """What cannot be drawn is shown escaped."""
        told = self.played(VlcPlayer, "a\n--sout=x\0\x1b")
        self.assertIn(("set_meta", "a\\n--sout=x\\x00\\x1b"), told)
