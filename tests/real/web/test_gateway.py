"""Other people's players and download managers, and a film that their machine does not have yet."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from pathlib import Path

from twisted.trial.unittest import SkipTest

from p2pstream.testing.film import make_film
from tests.real.films.test_verified import VerifiedTestCase
from tests.real.processes import free_loopback

SIZE = 24 << 20


class GatewayTestCase(VerifiedTestCase):
    def own_peer(self) -> str:
        """The viewer's peer, which has nothing; where it serves."""
        (self.home / "nothing").mkdir()
        self.peer_ip = free_loopback()
        peer = self.peer("--state", "own", "--share", "nothing")
        peer.wait_for("listed at")
        return f"http://{self.peer_ip}:2050"

    def curl(self, *args: str) -> bytes:
        """What it prints; that it fails is a failure."""
        return subprocess.check_output(["curl", "-sS", "--fail", "--max-time", "60", *args], cwd=self.home)

    def need(self, program: str) -> None:
        """Skip where it is not installed."""
        if shutil.which(program) is None:
            raise SkipTest(f"{program} is not installed")


class CurlTests(GatewayTestCase):
    def test_parts_whole_and_taken_up(self) -> None:
        """The end before the beginning, parts, and the rest of what was broken off, while it comes."""
        self.need("curl")
        film, _ = self.sharing(SIZE)
        url = f"{self.own_peer()}/stream/{self.central_ip}/film"
        self.assertEqual(self.curl("-r", "-1000", url), film[-1000:])
        self.assertEqual(self.curl("-r", "5-9,1000000-1000009", url).count(b"Content-Range"), 2)
        half = self.home / "half"
        half.write_bytes(film[: SIZE // 3])
        self.curl("-C", "-", "-o", str(half), url)
        self.assertTrue(half.read_bytes() == film)
        head = self.curl("-I", url).decode().lower()
        self.assertIn(f"content-length: {SIZE}", head)
        self.assertIn('etag: "p2ps:f-', head)
        elsewhere = ["-H", "Sec-Fetch-Site: cross-site", "-o", os.devnull, "-w", "%{http_code}", "--no-fail"]
        self.assertEqual(self.curl(*elsewhere, url), b"403")


class PlayerTests(GatewayTestCase):
    def film(self) -> str:
        """A film of some seconds, shared by another; where it is to be had here."""
        path = self.share / "film"
        make_film(path, 4, 320, 180, 25)
        os.utime(path, (1, 1))
        self.central()
        self.peer().wait_for("hashed 1 file")
        self.wait_until_told(self.peer_ip)
        return f"{self.own_peer()}/stream/{self.central_ip}/film"

    def test_ffprobe(self) -> None:
        """It finds out how long it is."""
        self.need("ffprobe")
        found = subprocess.check_output(
            ["ffprobe", "-v", "error", "-of", "json", "-show_entries", "format=duration", self.film()]
        )
        self.assertApproximates(float(json.loads(found)["format"]["duration"]), 4.0, 0.3)

    def test_mpv(self) -> None:
        """It plays it, and seeks."""
        self.need("mpv")
        words = [
            "mpv",
            "--no-config",
            "--vo=null",
            "--ao=null",
            "--start=2",
            "--untimed",
            "--msg-level=all=warn",
        ]
        done = subprocess.run([*words, self.film()], capture_output=True, timeout=60, check=False)
        self.assertEqual((done.returncode, b"rror" in done.stdout), (0, False), done.stdout)


class DownloadManagerTests(GatewayTestCase):
    def test_aria2(self) -> None:
        """It takes parts from two peers at once, whom the central's list names."""
        self.need("aria2c")
        film, _ = self.sharing(SIZE)
        self.other_peer(film)
        central = f"http://{self.central_ip}:2045"

        def listed() -> list[str]:
            with urllib.request.urlopen(f"{central}/m/film.meta4") as answer:
                text: str = answer.read().decode()
            return [line for line in text.splitlines() if "<url" in line]

        self.wait_until(lambda: len(listed()) == 2, 10)
        into = self.home / "into"
        subprocess.run(
            ["aria2c", "-q", "-s2", "-k1M", "-x1", f"--dir={into}", f"{central}/m/film.meta4"],
            timeout=60,
            check=True,
            cwd=self.home,
        )
        (got,) = (path for path in Path(into).iterdir() if path.suffix != ".meta4")
        self.assertTrue(got.read_bytes() == film)
        self.assertEqual(got.name, "film")
