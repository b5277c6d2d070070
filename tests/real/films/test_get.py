"""``p2p-get`` as a process: what it makes, says and returns."""

from __future__ import annotations

import json
import os
import resource
import shlex
import signal
import socket
import sys
from typing import Any

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.real.kernel import Stopwatch
from tests.real.processes import ProcessesMixin, Program, free_loopback
from tests.real.servers import (
    CENTRAL_PORT,
    PEER_PORT,
    Serve,
    Server,
    breaking,
    endless,
    listing,
    saying,
    stalling,
)

FILM = bytes(range(256)) * 20_000


class GetCase(ProcessesMixin, SynchronousTestCase):
    """A folder, a central and peers, and ``p2p-get`` among them."""

    def setUp(self) -> None:
        """Make an empty folder to run in."""
        self.place = self.folder()

    def serve(self, port: int, serve: Serve) -> str:
        """Start a server on a free address; gives the address."""
        host = free_loopback()
        server = Server(host, port, serve)
        self.addCleanup(server.close)
        return host

    def central(self, *peers: Serve) -> str:
        """A central that lists these peers; its address."""
        return self.serve(CENTRAL_PORT, listing(*(self.serve(PEER_PORT, peer) for peer in peers)))

    def get(self, *args: str, **options: Any) -> Program:
        """Run it to its end."""
        program = self.start_get(*args, **options)
        program.finished(20)
        return program

    def start_get(self, *args: str, **options: Any) -> Program:
        """Run it, without anybody's settings."""
        env = {"P2PSTREAM_CONFIG": "/dev/null", **options.pop("env", {})}
        return self.start([sys.executable, "-m", "p2pstream.commands.get", *args], self.place, env, **options)

    def left(self) -> list[str]:
        """What is in the folder, hidden or not."""
        return sorted(os.listdir(self.place))

    def check_fault(self, program: Program, *words: str, code: int = 1) -> None:
        """It failed with one line that has these words, and said nothing else."""
        super().check_fault(program, *words, code=code)
        self.assertEqual(program.stdout, "")


class SuccessTests(GetCase):
    """A film arrives."""

    def test_film(self) -> None:
        """The name is the file, the path is the result, and people read how it went."""
        program = self.get(self.central(saying(FILM)), "film.mp4")
        self.assertEqual(program.process.returncode, 0)
        self.assertEqual(self.left(), ["film.mp4"])
        self.assertTrue((self.place / "film.mp4").read_bytes() == FILM)
        self.assertEqual(program.stdout, "film.mp4\n")
        *_, last = program.stderr.splitlines()
        self.assertRegex(last, r"^5\.1 MB in .* s, .*/s, from 127\.[0-9.]+:2050; unverified, because")

    def test_link_and_folder(self) -> None:
        """A link says the same as two words; -o may be a folder."""
        (self.place / "films").mkdir()
        program = self.get(f"p2pstream://{self.central(saying(FILM))}/a%20film", "-o", "films", "-q")
        self.assertEqual((program.process.returncode, program.stdout, program.stderr), (0, "", ""))
        self.assertEqual(os.listdir(self.place / "films"), ["a film"])

    def test_named_file_is_replaced(self) -> None:
        """As curl -o does."""
        (self.place / "mine").write_bytes(b"old")
        self.assertEqual(self.get(self.central(saying(FILM)), "film", "-o", "mine").process.returncode, 0)
        self.assertTrue((self.place / "mine").read_bytes() == FILM)

    def test_next_peer(self) -> None:
        """A peer that dies midway is replaced, and named."""
        program = self.get(self.central(breaking(FILM[:100_000]), saying(FILM)), "film")
        self.assertEqual(program.process.returncode, 0)
        self.assertIn("lost 127.", program.stderr)
        self.assertTrue((self.place / "film").read_bytes() == FILM)

    def test_json(self) -> None:
        """Every line of stdout is an event; the last says how it went."""
        program = self.get(self.central(saying(FILM)), "film", "--json")
        events = [json.loads(line) for line in program.stdout.splitlines()]
        self.assertEqual({event["v"] for event in events}, {1})
        names = [event["event"] for event in events]
        order = ["lookup_started", "lookup_done", "source_connected", "first_byte", "fetched", "saved"]
        self.assertEqual([name for name in names if name in order], order)
        self.assertEqual(names[-1], "finished")
        self.assertEqual(list(events[-1]["sources"].values()), [len(FILM)])
        self.assertFalse(events[-1]["verified"])
        self.assertEqual(program.stderr, "")

    def test_tiny_films(self) -> None:
        """No byte at all is a film, too, if a rare one; so is one byte."""
        for film in (b"", b"x"):
            program = self.get(self.central(saying(film)), "film", "-o", "tiny")
            self.assertEqual((program.process.returncode, (self.place / "tiny").read_bytes()), (0, film))

    def test_peer_port(self) -> None:
        """Peers may be asked on another port."""
        peer = self.serve(4050, saying(FILM))
        central = self.serve(CENTRAL_PORT, listing(peer))
        self.assertEqual(self.get(central, "film", "--peer-port", "4050").process.returncode, 0)

    def test_settings_file(self) -> None:
        """A setting may stand in a file."""
        (self.place / "settings.toml").write_text('[get]\nout = "elsewhere"\n')
        self.get(self.central(saying(FILM)), "film", "--config", "settings.toml")
        self.assertEqual(self.left(), ["elsewhere", "settings.toml"])


class CentralFaultTests(GetCase):
    """The central is missing, silent or none."""

    def test_refused(self) -> None:
        """Nobody listens there."""
        host = free_loopback()
        program = self.get(host, "film")
        self.check_fault(program, f"cannot reach the central {host}:2045: connection refused", "p2p-central")
        self.assertEqual(self.left(), [])

    def test_unresolvable(self) -> None:
        """No such host."""
        program = self.get("central.invalid", "film")
        self.check_fault(program, "cannot reach the central central.invalid:2045: no such host")

    def test_unknown_name(self) -> None:
        """100 NULs are the answer to what nobody has."""
        program = self.get(self.serve(CENTRAL_PORT, saying(bytes(100))), "film")
        self.check_fault(program, "knows nobody who has “film”")
        self.assertEqual(self.left(), [])

    def test_garbage(self) -> None:
        """An SSH server is no central; what it says is nobody's business."""
        program = self.get(self.serve(CENTRAL_PORT, saying(b"SSH-2.0-\x1b]0;owned\x07 1.2.3\r\n")), "film")
        self.check_fault(program, "is no central")
        for word in ("\x1b", "SSH", "owned"):
            self.assertNotIn(word, program.stderr)

    def test_silent(self) -> None:
        """One that accepts and says nothing is given up, in words."""
        began = Stopwatch()
        program = self.get(self.serve(CENTRAL_PORT, stalling(b"")), "film")
        self.check_fault(program, "is no central, or not a working one")
        self.assertLess(began.seconds, 15)


class UsageFaultTests(GetCase):
    """What cannot be asked for."""

    def test_usage(self) -> None:
        """It is known at once, and nobody is asked."""
        for words, said in (
            (["--protocol", "classic", "n" * 100], "too long for the classic protocol"),
            (["--protocol", "nope", "film"], "the protocol nope is not installed"),
            (["-o", "-", "film"], "p2p-play -O"),
        ):
            program = self.get(free_loopback(), *words)
            self.check_fault(program, said, code=2)
            self.assertEqual(program.stderr.count("\n"), 1, program.stderr)


class PeerFaultTests(GetCase):
    """The peers are missing, or break."""

    def test_all_dead(self) -> None:
        """Each is named with its reason."""
        hosts = [free_loopback(), free_loopback()]
        program = self.get(self.serve(CENTRAL_PORT, listing(*hosts)), "film")
        self.check_fault(program, "nobody could send “film”", *hosts, "connection refused")
        self.assertEqual(self.left(), [])

    def test_all_break(self) -> None:
        """Half a film is no film: nothing is kept."""
        program = self.get(self.central(breaking(FILM[:100_000])), "film")
        self.check_fault(program, "nobody could send “film”", "sent 100.0 kB, then")
        self.assertEqual(self.left(), [])

    def test_disagreement(self) -> None:
        """Two films under one name are no film."""
        peers = breaking(FILM[:100_000]), saying(b"x" + FILM[1:])
        self.check_fault(self.get(self.central(*peers), "film"), "different streams under the name “film”")
        self.assertEqual(self.left(), [])


class DiskFaultTests(GetCase):
    """The disk says no."""

    def test_there_already(self) -> None:
        """A file that nobody named is not replaced; the central is not even asked."""
        (self.place / "film").write_bytes(b"mine")
        program = self.get(free_loopback(), "film")
        self.check_fault(program, "film is there already", "-o")
        self.assertEqual((self.place / "film").read_bytes(), b"mine")

    def test_no_folder(self) -> None:
        """A folder that is not there is named."""
        program = self.get(self.central(saying(FILM)), "film", "-o", "/dev/null/film")
        self.check_fault(program, "cannot write /dev/null/film: a part of that path")

    def test_no_permission(self) -> None:
        """A folder that is closed to us."""
        if os.getuid() == 0:
            program = self.get(self.central(saying(FILM)), "film", "-o", "/proc/film")
            self.check_fault(program, "cannot write /proc/film")
        else:
            self.place.chmod(0o500)
            program = self.get(self.central(saying(FILM)), "film")
            self.check_fault(program, "cannot write film: permission denied")

    def start_in_shell(self, words: str) -> Program:
        """Run it with redirections."""
        command = shlex.join([sys.executable, "-m", "p2pstream.commands.get"])
        return self.start(
            ["sh", "-c", f"exec {command} {words}"], self.place, {"P2PSTREAM_CONFIG": "/dev/null"}
        )

    def test_closed_streams(self) -> None:
        """Started without standard streams it fetches all the same, and prints into no file of ours."""
        central = self.central(saying(FILM))
        for closed in (">&-", "2>&-", "<&- >&- 2>&-"):
            program = self.start_in_shell(f"{central} f -o f {closed}")
            self.assertEqual(program.finished(20), 0, closed)
            self.assertTrue((self.place / "f").read_bytes() == FILM, closed)

    def test_somebody_was_faster(self) -> None:
        """A file that came while the film did, under a name that nobody wrote, is not replaced."""

        def serve(connection: socket.socket, _: bytes) -> None:
            (self.place / "film").write_bytes(b"precious")
            connection.sendall(FILM)

        program = self.get(self.central(serve), "film")
        self.check_fault(program, "film: there is a file of that name by now")
        self.assertEqual(self.left(), ["film"])
        self.assertEqual((self.place / "film").read_bytes(), b"precious")

    def test_full_stdout(self) -> None:
        """What cannot be printed is one line; the film is there."""
        central = self.central(saying(FILM))
        line = (
            f"exec {shlex.join([sys.executable, '-m', 'p2pstream.commands.get'])} {central} f -o f >/dev/full"
        )
        program = self.start(["sh", "-c", line], self.place, {"P2PSTREAM_CONFIG": "/dev/null"})
        self.assertEqual(program.finished(20), 1)
        self.assertEqual(program.stderr.splitlines()[-1], "p2p-get: cannot write to stdout: disk full")
        self.assertEqual(self.left(), ["f"])

    def test_events_on_a_full_disk(self) -> None:
        """Neither do events that were asked for get lost in silence."""
        program = self.start_in_shell(f"{self.central(saying(FILM))} f -o f --json >/dev/full")
        self.assertEqual(program.finished(20), 1)
        self.assertEqual(program.stderr, "p2p-get: cannot write to stdout: disk full\n")
        self.assertEqual(self.left(), ["f"])

    def test_full(self) -> None:
        """A full disk says so."""
        program = self.get(self.central(saying(FILM)), "film", "-o", "/dev/full")
        self.check_fault(program, "cannot write /dev/full: disk full")

    def test_too_large(self) -> None:
        """So does one that takes no file of that size; nothing is left on it."""
        limit = (1_000_000, 1_000_000)
        program = self.get(
            self.central(saying(FILM)),
            "film",
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),
        )
        self.check_fault(program, "cannot write", "film: the file would be larger")
        self.assertEqual(self.left(), [])


class EndTests(GetCase):
    """It is told to end."""

    def ended_by(self, number: int, peers: int = 1) -> tuple[int, float]:
        """The exit code after this signal, and how long the end took."""
        central = self.central(*[stalling(FILM[:100_000])] * peers)
        program = self.start_get(central, "film", "--json")
        program.wait_for("first_byte")
        began = Stopwatch()
        program.signal(number)
        code = program.finished()
        self.assertEqual(program.stderr, "")
        self.assertEqual(self.left(), [])
        return code, began.seconds

    def test_interrupt(self) -> None:
        """Ctrl-C ends it at once, with nothing said and nothing left."""
        code, seconds = self.ended_by(signal.SIGINT)
        self.assertEqual(code, 130)
        self.assertLess(seconds, 2)

    def test_interrupt_with_several_peers(self) -> None:
        """Whoever gives up asks nobody else."""
        code, seconds = self.ended_by(signal.SIGINT, peers=3)
        self.assertEqual(code, 130)
        self.assertLess(seconds, 1)

    def test_terminate(self) -> None:
        """So does a service manager."""
        self.assertEqual(self.ended_by(signal.SIGTERM)[0], 143)

    def test_interrupt_what_never_ends(self) -> None:
        """A peer that never stops sending is fetched until somebody has enough."""
        program = self.start_get(self.central(endless), "film", "--json")
        program.wait_for('"received": [0-9]{8}')
        program.signal(signal.SIGINT)
        self.assertEqual(program.finished(2), 130)
        self.assertEqual((program.stderr, self.left()), ("", []))

    def test_hangup(self) -> None:
        """So does a terminal that is closed."""
        self.assertEqual(self.ended_by(signal.SIGHUP)[0], 129)

    def test_hangup_that_is_ignored(self) -> None:
        """What nohup started goes on."""
        program = self.start_get(
            self.central(stalling(FILM[:100_000])),
            "film",
            "--json",
            preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
        )
        program.wait_for("first_byte")
        program.signal(signal.SIGHUP)
        self.assertRaises(AssertionError, program.finished, 0.3)

    def test_killed(self) -> None:
        """Where a file needs no name until it is whole, nothing is left even now."""
        if sys.platform != "linux":
            raise SkipTest("files have names here from the start")
        self.assertEqual(self.ended_by(signal.SIGKILL)[0], -signal.SIGKILL)

    def test_interrupted_twice(self) -> None:
        """Neither is it when there is no time to tidy up."""
        if sys.platform != "linux":
            raise SkipTest("files have names here from the start")
        program = self.start_get(self.central(*[stalling(FILM[:100_000])] * 2), "film", "--json")
        program.wait_for("first_byte")
        began = Stopwatch()
        program.signal(signal.SIGINT)
        program.signal(signal.SIGINT)
        self.assertEqual(program.finished(), 130)
        self.assertLess(began.seconds, 1.5)
        self.assertEqual(self.left(), [])

    def test_killed_where_files_have_names(self) -> None:
        """Elsewhere a hidden file is left, and goes when the next film is fetched into that folder."""
        portable = {"P2PSTREAM_PORTABLE": "1"}
        for signals in ([signal.SIGKILL], [signal.SIGINT, signal.SIGINT]):
            central = self.central(*[stalling(FILM[:100_000])] * 2)
            program = self.start_get(central, "film", "--json", env=portable)
            program.wait_for("first_byte")
            for number in signals:
                program.signal(number)
            program.finished()
        other = self.start_get(self.central(stalling(FILM[:100_000])), "other", "--json", env=portable)
        other.wait_for("first_byte")
        self.assertEqual(self.get(self.central(saying(FILM)), "film", env=portable).process.returncode, 0)
        still, film = self.left()
        self.assertEqual((still[-5:], film), (".part", "film"))
        other.signal(signal.SIGINT)
        other.finished()
        self.assertEqual(self.left(), ["film"])

    def test_interrupted_lookup(self) -> None:
        """Ctrl-C need not wait for a central."""
        program = self.start_get(self.serve(CENTRAL_PORT, stalling(b"")), "film", "--json")
        program.wait_for("lookup_started")
        program.signal(signal.SIGINT)
        self.assertEqual(program.finished(2), 130)
