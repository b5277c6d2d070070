"""Which player is taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.commands.showing.players import check_subtitles, choose_player
from p2pstream.errors import NoPlayer, UsageError
from p2pstream.interfaces import IPlayer
from p2pstream.player import options, preflight
from p2pstream.player.sfml_player import SfmlPlayer
from p2pstream.player.vlc_player import VlcPlayer
from p2pstream.settings import PlaySettings
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents

MISSING = "the Python package SFML is missing"


class PlayersTests(SynchronousTestCase):
    """sfml first, libvlc's window where there is no sfml."""

    def choose(
        self, missing: str = "", kept_as: str | None = None, display: str = "", **settings: Any
    ) -> IPlayer:
        """The player for these settings."""
        self.heard = HeardEvents()
        self.patch(preflight, "display_problem", lambda: display)
        self.patch(preflight, "sfml_problem", lambda: missing)
        return choose_player(HeapClock(), PlaySettings(**settings), kept_as, self.heard)

    def test_sfml(self) -> None:
        """A window of ours, without ado."""
        self.assertIsInstance(self.choose(), SfmlPlayer)
        self.assertEqual(self.heard.heard, [("player_chosen", {"player": "sfml"})])

    def test_no_display(self) -> None:
        """Without a display there is no player at all, and that is known before anybody is asked."""
        for player in (None, "sfml", "vlc-window"):
            fault = self.assertRaises(NoPlayer, self.choose, display="there is no display", player=player)
            self.assertEqual(str(fault), "there is no display")
        self.assertEqual(self.heard.heard, [])

    def test_without_sfml(self) -> None:
        """The window of libvlc itself, and why."""
        self.assertIsInstance(self.choose(MISSING), VlcPlayer)
        missing = ("player_missing", {"player": "sfml", "reason": MISSING})
        self.assertEqual(self.heard.heard, [missing, ("player_chosen", {"player": "vlc-window"})])

    def test_asked_for(self) -> None:
        """What was asked for is taken or refused, never swapped."""
        self.assertIsInstance(self.choose(player="vlc-window"), VlcPlayer)
        self.assertIsInstance(self.choose(player="sfml"), SfmlPlayer)
        self.assertRaises(NoPlayer, self.choose, MISSING, player="sfml")

    def test_picture_needs_sfml(self) -> None:
        """Only a window of ours can be photographed."""
        self.assertRaises(NoPlayer, self.choose, MISSING, screenshot="x.png")

    def test_wishes(self) -> None:
        """Volume, fullscreen and hardware reach the player; so do subtitles beside the kept film."""
        folder = Path(self.mktemp()).absolute()
        folder.mkdir()
        (folder / "film.srt").touch()
        seen: list[Any] = []
        self.patch(options, "PlayerOptions", lambda **wishes: seen.append(wishes))
        self.choose(kept_as=str(folder / "film.mp4"), volume=50, fullscreen=True, hw="none")
        self.choose()
        subtitles = str(folder / "film.srt")
        wishes = {"fullscreen": True, "volume": 50, "hardware": "none", "subtitles": subtitles}
        usual = {"fullscreen": False, "volume": 100, "hardware": "auto", "subtitles": ""}
        self.assertEqual(seen, [wishes, usual])
        self.choose(kept_as=str(folder / "film.mp4"), subtitles="-t.vtt")
        self.assertEqual(seen[-1]["subtitles"], str(Path("-t.vtt").absolute()))

    def test_subtitles_that_cannot_be(self) -> None:
        """What is not there, and what nobody shows, is said before anybody is asked."""
        check_subtitles(PlaySettings())
        path = Path(self.mktemp())
        fault = self.assertRaises(UsageError, check_subtitles, PlaySettings(subtitles=f"{path}\x1b"))
        self.assertEqual(str(fault), f"--subtitles: {path}\\x1b is no file that is there")
        path.touch()
        check_subtitles(PlaySettings(subtitles=str(path)))
        check_subtitles(PlaySettings(subtitles=str(path), player="mpv"))
        for unseen in (
            PlaySettings(subtitles=str(path), player="none"),
            PlaySettings(subtitles=str(path), stdout=True),
            PlaySettings(subtitles=str(path), http=True),
        ):
            self.assertIn("needs a window", str(self.assertRaises(UsageError, check_subtitles, unseen)))
