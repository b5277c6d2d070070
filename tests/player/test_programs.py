"""What stands on the command lines of other people's players."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.addresses import Address
from p2pstream.content.links import Link
from p2pstream.content.names import decode_name
from p2pstream.errors import BadName, UsageError
from p2pstream.player.options import PlayerOptions
from p2pstream.player.programs import PROGRAMS, command_line, split
from p2pstream.web.gateway import stream_path
from tests import strategies as profile  # noqa: F401

URL = "http://127.0.0.1:1/stream/192.0.2.1/film.mp4"
PLAIN = PlayerOptions()


class LineTests(SynchronousTestCase):
    def test_known(self) -> None:
        """What they are told of how to show it, each in its own words; the address is last."""
        options = PlayerOptions(fullscreen=True, volume=50, hardware="none", subtitles="/a b.srt")
        vlc = command_line("vlc", URL, options, 62.5, ["--loop"])
        for word in (
            "--fullscreen",
            "--avcodec-hw=none",
            "--start-time=62.5",
            "--sub-file=/a b.srt",
            "--loop",
        ):
            self.assertIn(word, vlc)
        self.assertEqual((vlc[0], vlc[-1]), ("vlc", URL))
        mpv = command_line("mpv", URL, options, 62.5)
        for word in ("--fullscreen", "--hwdec=no", "--start=62.5", "--sub-file=/a b.srt", "--volume=50"):
            self.assertIn(word, mpv)
        self.assertEqual((mpv[0], mpv[-1]), ("mpv", URL))

    def test_F51_nothing_is_followed(self) -> None:
        """A film is no list for them, and no page."""
        self.assertIn("--load-unsafe-playlists=no", command_line("mpv", URL, PLAIN))
        self.assertIn("--no-ytdl", command_line("mpv", URL, PLAIN))

    def test_any_command(self) -> None:
        """Its words, as a shell would part them; the address last, or where it is wished."""
        self.assertEqual(command_line("ffplay -autoexit", URL, PLAIN), ["ffplay", "-autoexit", URL])
        self.assertEqual(command_line("a 'b c' --in={} d", URL, PLAIN), ["a", "b c", f"--in={URL}", "d"])
        self.assertEqual(command_line("a", URL, PLAIN, more=["-x", "{}", "y"]), ["a", "-x", URL, "y"])

    def test_bad_commands(self) -> None:
        """No word, or half a quotation."""
        self.assertRaises(UsageError, command_line, " ", URL, PLAIN)
        fault = self.assertRaises(UsageError, split, "a 'b", "--on-done")
        self.assertEqual(str(fault), "--on-done: no closing quotation")

    @given(
        st.one_of(st.text(max_size=60), st.sampled_from(["-x.mp4", "--help", "$(id).mp4", "`id`", "a;b|c&d"]))
    )
    def test_F50_any_name(self, name: str) -> None:
        """Of a stranger's name nothing stands there but letters, digits and what means nothing."""
        try:
            link = Link(Address("192.0.2.1", 2045), decode_name(name.encode("utf-8", "surrogatepass")))
        except BadName:
            return
        address = "http://127.0.0.1:1" + stream_path(link)
        self.assertRegex(address, r"\Ahttp://127\.0\.0\.1:1/stream/192\.0\.2\.1/[A-Za-z0-9_.~%-]+\Z")
        for player in (*PROGRAMS, "sh -c"):
            words = command_line(player, address, PLAIN)
            self.assertEqual(
                [word for word in words if name in word and len(name) > 9 and word != address], []
            )
            self.assertEqual(words[-1], address)
