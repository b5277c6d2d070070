"""Broadcasts by the real programs: from a film, by RTMP, watched by several."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import av

from p2pstream.limits import LIMITS
from p2pstream.player.preflight import libvlc_problem, sfml_problem
from p2pstream.testing.film import make_film
from script.display import xvfb
from tests.media.filmed import number_of
from tests.protocols.rtmp import ffmpeg
from tests.real.films.test_verified import VerifiedTestCase, events
from tests.real.processes import Program


class LiveTests(VerifiedTestCase):
    """A source, a central, and those who watch."""

    def live(self, *args: str) -> Program:
        """``p2p-live`` of a show, once it says that it broadcasts."""
        program = self.command("live", "--state", "source", *args)
        program.wait_for("in OBS" if "--listen" in args else "broadcasting: p2p-play")
        return program

    def watch(self, number: int, *args: str) -> Program:
        """``p2p-play`` of it, by somebody else."""
        return self.command("play", "--state", f"viewer{number}", *args, self.central_ip, "show")

    def pictures(self, viewer: Program) -> list[int]:
        """The numbers of those that it wrote; -1 for one that is torn."""
        with av.open(str(viewer.written), format="mpegts") as film:
            found = [number_of(frame) for frame in film.decode(video=0)]
        return [-1 if number is None else number for number in found]

    @contextmanager
    def window(self) -> Iterator[Program | None]:
        """One who watches in a window, as live; None where there can be none."""
        if sfml_problem() or libvlc_problem() or not shutil.which("Xvfb"):
            yield None
            return
        words = ["--state", "viewer3", "--hw", "none", self.central_ip, "show"]
        with xvfb() as display:
            environment = {"DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1", "P2PSTREAM_CONFIG": "/dev/null"}
            words = [sys.executable, "-m", "p2pstream.commands.play", *words]
            program = self.start(words, self.home, environment)
            program.wait_for("first frame", 20)
            yield program

    def check_window(self, window: Program | None) -> None:
        """It hears of the end, and stays until its viewer leaves."""
        if window is not None:
            window.wait_for("“show” is over; go back in it", 20)
            window.signal(signal.SIGINT)
            self.assertEqual(window.finished(), 130, window.told())
            self.assertEqual(list((self.home / "viewer3").glob("watched/*")), [])

    def test_watched_by_two(self) -> None:
        """All join while it runs, see whole pictures in their order, and hear of its end."""
        make_film(self.home / "film.mkv", 6.0, 320, 180, container="mkv")
        self.central()
        source = self.live("--loop", self.central_ip, "show", "film.mkv")
        again = self.command("live", "--state", "source", self.central_ip, "show", "film.mkv")
        self.check_fault(again, "cannot use the channel of “show”: another process does")
        viewers = [self.watch(number, "-O") for number in (1, 2)]
        with self.window() as window:
            for viewer in viewers:
                viewer.wait_for(r"\d kB here|\d MB here", 20)
            source.signal(signal.SIGINT)
            self.check_window(window)
        self.assertEqual(source.finished(), 0, source.told())
        self.assertRegex(source.stderr, "“show” is over")
        for number, viewer in enumerate(viewers, 1):
            self.assertEqual(viewer.finished(), 0, viewer.told())
            shown = self.pictures(viewer)
            self.assertGreater(len(shown), 20, number)
            # The last may be half a picture; where the film begins again is 180 before.
            steps = {after - before for before, after in pairwise(shown[:-1])}
            self.assertLessEqual(steps, {1, -179}, number)

    def test_published(self) -> None:
        """By ffmpeg, over RTMP, to a port of this machine."""
        self.central()
        source = self.live("--listen", "--listen-port", "0", self.central_ip, "show")
        server = source.wait_for(r"Server (rtmp://\S+), Stream Key")[1]
        pushing = self.start([sys.executable, ffmpeg.__file__, f"{server}/any"], self.home, os.environ)
        self.assertEqual(pushing.finished(), 0, pushing.told())
        self.assertEqual(source.finished(), 0, source.told())
        self.assertRegex(source.stderr, r"“show” is over, [1-9]")

    def test_nobody_published(self) -> None:
        """Ctrl-C before that ends it in words, and well."""
        self.central()
        source = self.live("--listen", "--listen-port", "0", self.central_ip, "show")
        source.wait_for(r"Server (rtmp://\S+), Stream Key")
        source.signal(signal.SIGINT)
        self.assertEqual(source.finished(), 0, source.told())
        self.assertIn("“show” is over before anything came in", source.stderr.splitlines()[-1])

    def test_beside_a_peer(self) -> None:
        """Where a peer of the same user runs, which fetches films for its programs, not broadcasts."""
        make_film(self.home / "film.mkv", 2.0, 320, 180, container="mkv")
        self.central()
        source = self.live("--loop", self.central_ip, "show", "film.mkv")
        self.peer("--state", "viewer1").wait_for("peer listens")
        viewer = self.watch(1, "-O")
        viewer.wait_for(r"\d kB here|\d MB here", 20)
        source.signal(signal.SIGINT)
        self.assertEqual(viewer.finished(), 0, viewer.told())

    def test_F26_central_empty(self) -> None:
        """A central that comes back and knows nobody lists it again; whoever watches notices nothing."""
        make_film(self.home / "film.mkv", 6.0, 320, 180, container="mkv")
        central = self.central()
        source = self.live("--loop", self.central_ip, "show", "film.mkv")
        viewer = self.watch(1, "--player", "none", "--json")
        viewer.wait_for(r'"behind_s": \d', 20)
        central.kill()
        central.finished()
        self.empty(self.home / "central/central")
        source.wait_for("not listed: no central at", 20)
        self.central()
        before = events(viewer, "progress")[-1]
        self.wait_until(lambda: "show" in self.listed(), 15.0)
        late = self.watch(2, "--player", "none", "--json")
        late.wait_for(r'"behind_s": \d', 20)
        since = [each for each in events(viewer, "progress") if each["t"] > before["t"]]
        self.assertGreater(since[-1]["received"], before["received"])
        self.assertLess(max(each["behind_s"] for each in since), LIMITS.live_delay_s)
        self.assertEqual({each["waiting_for"] for each in since}, {""})
        source.signal(signal.SIGINT)
        for each in (source, viewer, late):
            self.assertEqual(each.finished(), 0, each.told())

    def empty(self, state: Path) -> None:
        """All that a central wrote down is gone, but for who it is."""
        for path in state.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif path.name != "identity":
                path.unlink()

    def test_cannot(self) -> None:
        """One line each for what cannot be broadcast."""
        self.central()
        self.fresh = True
        nowhere = self.command("live", self.central_ip, "show", "nowhere.mkv")
        self.check_fault(nowhere, "cannot open nowhere.mkv: No such file or directory")
        self.assertNotIn("broadcasting", nowhere.stderr)
        self.check_fault(self.command("live", self.central_ip, "show"), "write CENTRAL NAME INPUT", code=2)
