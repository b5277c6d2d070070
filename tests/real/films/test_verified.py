"""From a file in a folder to the same file elsewhere, every byte proven, whatever happens between."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any

from twisted.trial.unittest import SkipTest

from tests.real.classic_client import ask, within
from tests.real.films.test_announcing import LISTED, AnnouncingTestCase
from tests.real.kernel import Stopwatch
from tests.real.processes import Program, free_loopback, script
from tests.real.servers import CENTRAL_PORT, PEER_PORT
from tests.real.visiting import listed

#: How long a link waits for what it is owed, less what an answer takes on a busy machine.
LINK_S = 8.0
LARGE = 96 << 20


def events(program: Program, name: str) -> list[dict[str, Any]]:
    """What a program has told of one kind, with ``--json``."""
    *lines, _ = program.stdout.split("\n")
    return [event for event in map(json.loads, lines) if event["event"] == name]


def slowly(film: bytes) -> tuple[str, ...]:
    """What keeps a fetch of a large film from being over before it is stopped, on a busy machine too."""
    return ("--upload-limit", "64M", "--limit-local") if len(film) == LARGE else ()


class VerifiedTestCase(AnnouncingTestCase):
    def share_film(self, size: int) -> bytes:
        """A film in the share that is hashed at once."""
        film = os.urandom(size)
        (self.share / "film").write_bytes(film)
        # Nobody writes it any more, by its age.
        os.utime(self.share / "film", (1, 1))
        return film

    def sharing(self, size: int, *args: str) -> tuple[bytes, Program]:
        """A central, and a peer whose film is listed there."""
        film = self.share_film(size)
        self.central(*args)
        peer = self.peer(*args, *slowly(film))
        peer.wait_for("hashed 1 file")
        if not args:
            self.wait_until_told(self.peer_ip)
        return film, peer

    def wait_until_told(self, peer_ip: str) -> None:
        """The central tells even those of then who has the film."""
        within(5, lambda: peer_ip.encode() in ask(self.central_ip, CENTRAL_PORT, "film")[0].split(b" "))

    def other_peer(self, film: bytes) -> Program:
        """One more with a film of that name."""
        (self.home / "others").mkdir()
        (self.home / "others/film").write_bytes(film)
        os.utime(self.home / "others/film", (1, 1))
        self.peer_ip = free_loopback()
        peer = self.peer("--state", "other", "--share", "others", *slowly(film))
        peer.wait_for("hashed 1 file")
        return peer

    def command(self, name: str, *args: str) -> Program:
        """One of our commands, with a private folder of its own, and nobody's settings."""
        words = [sys.executable, "-m", f"p2pstream.commands.{name}", "--state", "mine", *args]
        return self.start(words, self.home, {"P2PSTREAM_CONFIG": "/dev/null"})

    def get(self, *args: str) -> Program:
        """``p2p-get`` of the film."""
        return self.command("get", self.central_ip, "film", *args)

    def check_got(self, program: Program, film: bytes) -> None:
        """It ended well, and this is what it fetched."""
        self.assertEqual(program.finished(30), 0, program.told())
        self.assertTrue((self.home / "film").read_bytes() == film)

    def stop_midway(self, fetching: Program, *peers: Program, when: str = "first_byte") -> int:
        """Freeze peers as soon as a byte came, or that was said; how many are here when no more come."""
        fetching.wait_for(when)
        for peer in peers:
            peer.signal(signal.SIGSTOP)
        seen = r'("progress", "received": (\d+),).*\n(?:.*\n)*?.*\1.*\n(?:.*\n)*?.*\1'
        here = int(fetching.wait_for(seen)[2])
        self.assertGreater(here, 0)
        return here


class FetchedTests(VerifiedTestCase):
    """A file somewhere, and the same file elsewhere."""

    def test_dropped(self) -> None:
        """What is dropped into a share is listed, and fetched by its name, byte for byte."""
        self.central()
        self.peer().wait_for(LISTED)
        film = self.share_film(3_000_001)
        self.wait_until_listed({"film": 1}, 5.0)
        program = self.get("--json")
        self.check_got(program, film)
        (finished,) = events(program, "finished")
        self.assertEqual(finished["sources"], {f"{self.peer_ip}:{PEER_PORT}": len(film)})
        self.assertTrue(finished["verified"])
        self.assertEqual(program.stderr, "")

    def test_classic_too(self) -> None:
        """Who knows nothing of keys is told of the same peer, and gets the same file."""
        film, _ = self.sharing(3_000_001)
        told, _ = ask(self.central_ip, CENTRAL_PORT, "film")
        self.assertEqual(told, f"{self.peer_ip} ".encode().ljust(100, b"\0"))
        self.assertTrue(ask(self.peer_ip, PEER_PORT, "film")[0] == film)
        self.check_got(self.get("--protocol", "classic"), film)

    def test_played(self) -> None:
        """A player without a picture takes it proven, too, and keeps it for the next."""
        film, peer = self.sharing(3_000_001)
        program = self.command("play", self.central_ip, "film", "--player", "none")
        self.assertEqual(program.finished(), 0, program.told())
        self.assertRegex(program.stderr.splitlines()[-1], r"^3\.0 MB in .*; verified$")
        self.check_got(self.get(), film)
        peer.signal(signal.SIGTERM)
        peer.finished()
        self.assertEqual(peer.stdout.count("sending"), peer.stdout.count("sent “"))

    def test_share(self) -> None:
        """One word shares a folder; the link that it prints is enough for others."""
        film = self.share_film(1_000_001)
        words = [script("p2p-share"), "--ip", self.central_ip, "--state", "shared", "share"]
        sharing = self.start(words, self.home)
        link = sharing.wait_for(r"p2pstream://[0-9.:]+/")[0]
        sharing.wait_for("hashed 1 file")
        self.wait_until_listed({"film": 1}, 5.0)
        self.check_got(self.command("get", f"{link}film"), film)
        sharing.signal(signal.SIGINT)
        self.assertEqual(sharing.finished(), -signal.SIGINT)
        self.assertNotIn("Traceback", sharing.stdout + sharing.stderr)

    def test_kept_seeding(self) -> None:
        """Who goes on gives the file that it made to the next, though nobody else is left."""
        film, peer = self.sharing(3_000_001)
        first = self.get("--json", "--keep-seeding")
        first.wait_for('"event": "seeding"')
        self.assertTrue((self.home / "film").read_bytes() == film)
        self.wait_until_listed({"film": 2}, 10.0)
        peer.kill()
        second = self.get("--state", "other", "--json", "-o", "second")
        self.assertEqual(second.finished(30), 0, second.told())
        self.assertTrue((self.home / "second").read_bytes() == film)
        first.signal(signal.SIGTERM)
        self.assertEqual(first.finished(), 0, first.told())
        (seeded,) = events(first, "seeded")
        self.assertEqual((seeded["sent"], first.stderr), (len(film), ""))


class BrokenOffTests(VerifiedTestCase):
    """What came is not fetched again."""

    def test_F01_F02_interrupted_and_killed(self) -> None:
        """After Ctrl-C, and after kill -9, the next goes on where the one before was."""
        film, peer = self.sharing(LARGE)
        here = 0
        for number, code in ((signal.SIGINT, 130), (signal.SIGKILL, -9)):
            program = self.get("--json")
            before, here = here, self.stop_midway(program, peer)
            self.assertGreater(here, before)
            self.assertLess(here, LARGE)
            program.signal(number)
            self.assertEqual(program.finished(), code)
            self.assertEqual(program.stderr, "")
            self.assertEqual(len(events(program, "left_off")), int(code == 130))
            self.assertFalse((self.home / "film").exists())
            peer.signal(signal.SIGCONT)
        program = self.get("--json")
        self.check_got(program, film)
        (finished,) = events(program, "finished")
        self.assertEqual(sum(finished["sources"].values()), LARGE - here)

    def test_F04_disk_full(self) -> None:
        """A full disk is said once; when there is room again, the fetch goes on, and nothing comes twice."""
        film, _ = self.sharing(12 << 20)
        self.mount(8)
        program = self.get("--json")
        program.wait_for("storage_refused.*disk full")
        # Beyond the time after which it tries again.
        program.wait_for(r'"t": [4-9]\.\d+, "event": "progress".*room on the disk', 8)
        self.mount(32, "remount,")
        self.check_got(program, film)
        self.assertEqual(len(events(program, "storage_refused")), 1)
        (finished,) = events(program, "finished")
        self.assertEqual(sum(finished["sources"].values()), len(film))

    def mount(self, size: int, how: str = "") -> None:
        """A small disk for what is fetched."""
        (self.home / "mine").mkdir(exist_ok=True)
        options = f"{how}size={size}m"
        words = ["mount", "-t", "tmpfs", "-o", options, "none", str(self.home / "mine")]
        if os.geteuid() or subprocess.run(words, capture_output=True, check=False).returncode:
            raise SkipTest("only root can mount a small disk, and not everywhere")
        if not how:
            self.addCleanup(subprocess.run, ["umount", "-l", words[-1]], check=True)

    def test_F07_a_folder_goes(self) -> None:
        """When the folder of one of two peers goes midway, it says so, and the other sends the rest."""
        film, first = self.sharing(LARGE)
        gone = f"{self.peer_ip}:{PEER_PORT}"
        self.other_peer(film)
        self.wait_until_listed({"film": 2}, 5.0)
        program = self.get("--json")
        program.wait_for("first_byte")
        program.signal(signal.SIGSTOP)
        (self.home / "share").rename(self.home / "away")
        first.wait_for("no longer sharing “film”", 1.0)
        program.signal(signal.SIGCONT)
        went_on = Stopwatch()
        self.check_got(program, film)
        self.assertLess(went_on.seconds, 5.0)
        # Inside a frame it can only hang up.
        self.assertIn(gone, [event["address"] for event in events(program, "source_lost")])

    def test_F24_a_peer_dies(self) -> None:
        """When one of two peers is killed midway, the other sends the rest."""
        film, first = self.sharing(LARGE)
        gone = f"{self.peer_ip}:{PEER_PORT}"
        second = self.other_peer(film)
        self.wait_until_listed({"film": 2}, 5.0)
        program = self.get("--json")
        began = time.monotonic()
        here = self.stop_midway(program, first, second)
        self.assertLess(here, LARGE)
        first.signal(signal.SIGKILL)
        second.signal(signal.SIGCONT)
        frozen = time.monotonic() - began
        self.check_got(program, film)
        lost = [event["address"] for event in events(program, "source_lost")]
        # Whoever is frozen for as long as a link waits is lost as well.
        self.assertIn(gone, lost)
        self.assertTrue(len(lost) == 1 or frozen > LINK_S, (lost, frozen))


class ListedTests(VerifiedTestCase):
    """What a central lists, and to whom."""

    def test_two_of_one_name(self) -> None:
        """Different films of one name are two entries; one of them is fetched whole."""
        film, _ = self.sharing(2_000_001)
        self.other_peer(os.urandom(1_000_001))
        within(5, lambda: len(listed(self.central_ip)) == 2)
        found = self.all_listed()
        self.assertEqual([each["name"] for each in found], ["film", "film"])
        self.assertEqual({each["length"] for each in found}, {2_000_001, 1_000_001})
        self.assertEqual(found[0]["standing"], "owner")
        program = self.get()
        self.check_got(program, film)
        self.assertIn("2 different streams are called “film”", program.stderr)

    def test_by_key(self) -> None:
        """Of two of one name that one is fetched of which the key is given, and no other."""
        self.sharing(2_000_001)
        film = os.urandom(1_000_001)
        self.other_peer(film)
        within(5, lambda: len(listed(self.central_ip)) == 2)
        key = self.all_listed()[1]["key"]
        self.check_got(self.command("get", self.central_ip, key, "-o", "film"), film)
        program = self.command("play", f"p2pstream://{self.central_ip}/{key}", "--player", "none")
        self.assertEqual(program.finished(), 0, program.told())
        self.assertRegex(program.stderr.splitlines()[-1], r"^1\.0 MB in .*; verified$")

    def all_listed(self) -> list[dict[str, Any]]:
        """What ``p2p-list`` says."""
        program = self.command("list", self.central_ip, "--json")
        self.assertEqual(program.finished(), 0, program.told())
        return events(program, "name_listed")

    def test_words(self) -> None:
        """Names that have all words; a table for programs, and lines of JSON."""
        for name in ("A Day at Sea.mp4", "A day inland.mp4", "Night.mp4"):
            (self.share / name).write_bytes(name.encode())
            os.utime(self.share / name, (1, 1))
        self.central()
        self.peer().wait_for("hashed 3 files")
        self.wait_until_listed({"A Day at Sea.mp4": 1, "A day inland.mp4": 1, "Night.mp4": 1}, 5.0)
        program = self.command("list", self.central_ip, "DAY")
        self.assertEqual(program.finished(), 0, program.told())
        rows = [line.split("\t") for line in program.stdout.splitlines()]
        self.assertEqual(
            [row[:4] for row in rows],
            [["A Day at Sea.mp4", "16 B", "", "1 seed"], ["A day inland.mp4", "16 B", "", "1 seed"]],
        )
        program = self.command("list", self.central_ip, "sea", "day", "--json")
        self.assertEqual(program.finished(), 0, program.told())
        (found,) = events(program, "name_listed")
        self.assertEqual((found["name"], found["length"]), ("A Day at Sea.mp4", 16))
        program = self.command("list", self.central_ip, "day", "night")
        self.assertEqual((program.finished(), program.stdout), (1, ""))
        self.assertEqual(
            program.stderr, f"nothing called “day night” is listed at {self.central_ip}:{CENTRAL_PORT}\n"
        )
        self.check_fault(self.command("list", free_loopback()), "connection refused")

    def test_closed_group(self) -> None:
        """With the secret all is as ever; without it, or with another, nothing is listed or fetched."""
        for name in ("secret", "wrong"):
            (self.home / name).touch(0o600)
        (self.home / "secret").write_text("0123456789abcdef\n")
        (self.home / "wrong").write_text("fedcba9876543210\n")
        film, _ = self.sharing(1_000_001, "--secret-file", "secret")
        for args in ((), ("--secret-file", "wrong")):
            self.check_fault(self.command("list", self.central_ip, *args), "serves a closed group")
            self.check_fault(self.get(*args), "serves a closed group")
            self.assertFalse((self.home / "film").exists())
        for ip, port in ((self.central_ip, CENTRAL_PORT), (self.peer_ip, PEER_PORT)):
            self.assertEqual(ask(ip, port, "film")[0].strip(b"\0"), b"")
        program = self.command("list", self.central_ip, "--secret-file", "secret")
        self.assertEqual(program.finished(), 0, program.told())
        self.assertTrue(program.stdout.startswith("film\t"), program.told())
        self.check_got(self.get("--secret-file", "secret"), film)
