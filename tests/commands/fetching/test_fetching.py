"""What both commands do around a stream."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, cast

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from p2pstream.commands.arguments import Errand
from p2pstream.commands.fetching import fetching
from p2pstream.commands.fetching.fetching import Fetching
from p2pstream.commands.output.output import Output
from p2pstream.content.addresses import Address
from p2pstream.content.links import Link
from p2pstream.content.ranges import Ranges
from p2pstream.content.views import PlayerState, StreamSnapshot
from p2pstream.errors import NoSource, UsageError
from p2pstream.interfaces import IStreamView
from p2pstream.peer.streams import OpenStream
from p2pstream.settings import GetSettings
from p2pstream.testing.clock import HeapClock
from p2pstream.testing.node import HeardEvents
from p2pstream.testing.workers import InlineWorkers
from tests.peer.test_streams import Protocols, Speech

PEERS = [Address("10.0.0.1", 2050), Address("10.0.0.2", 2050)]


@implementer(IStreamView)
class Stood:
    """A stream all of which was here before."""

    def __init__(self) -> None:
        self.view = self

    def snapshot(self) -> StreamSnapshot:
        """All of it, from nobody."""
        return StreamSnapshot("film", 4, Ranges([(0, 4)]), verified=True)


class ClosingWorkers(InlineWorkers):
    """Workers that know whether they were closed."""

    closed = False

    def close(self) -> Deferred[None]:
        """Noted."""
        self.closed = True
        return succeed(None)


class LoadedProtocols(Protocols):
    """A registry that finds what the test put there."""

    def load(self) -> None:
        """It is there."""


class FetchingTests(SynchronousTestCase):
    """Progress while it comes, an account at the end, and nothing left open."""

    def setUp(self) -> None:
        """Put a protocol in place whose peers the test plays."""
        self.clock, self.speech, self.workers = HeapClock(), Speech(PEERS), ClosingWorkers()
        self.patch(fetching, "ThreadWorkers", lambda *_: self.workers)
        self.patch(fetching, "Registry", lambda _: LoadedProtocols(self.speech))
        self.patch(
            os,
            "environ",
            os.environ
            | {each: str(Path(self.mktemp()).absolute()) for each in ("XDG_CACHE_HOME", "XDG_STATE_HOME")},
        )
        self.heard = HeardEvents()

    def run_it(self, work: Any, protocol: str = "classic") -> Deferred[None]:
        """Do this with an open stream."""
        link = Link.parse("p2pstream://10.0.0.9/film")
        output = Output([self.heard], None)

        async def main() -> None:
            async with Fetching(self.clock, Errand(link, GetSettings(protocol=protocol)), output) as inside:
                await work(inside, await inside.open(None))

        return Deferred.fromCoroutine(main())

    def fetch(self, state: PlayerState | None = None) -> Deferred[None]:
        """Wait for all of it, and give account."""

        async def work(inside: Fetching, stream: OpenStream) -> None:
            await stream.done
            inside.finished(stream, state, 0.5 if state else None)

        return self.run_it(work)

    def test_account(self) -> None:
        """Bytes by source, rate over the time of the transfer, and that nothing was proven."""
        running = self.fetch()
        self.clock.advance(1.0)
        self.speech.sources[0].send(b"fi")
        self.speech.sources[0].lose()
        self.speech.sources[1].send(b"film")
        self.clock.advance(1.0)
        self.speech.sources[1].end()
        self.successResultOf(running)
        [account] = self.heard.named("finished")
        self.assertEqual((account["received"], account["seconds"], account["rate"]), (4, 2.0, 2))
        self.assertEqual(account["sources"], {"10.0.0.1:2050": 2, "10.0.0.2:2050": 4})
        self.assertIs(account["verified"], False)
        self.assertIsNone(account["shown"])

    def test_here_already(self) -> None:
        """What was on the disk came from nobody, and at no rate."""
        link = Link.parse("p2pstream://10.0.0.9/film")
        fetching = Fetching(self.clock, Errand(link, GetSettings()), Output([self.heard], None))
        fetching.finished(cast(OpenStream, Stood()))
        [account] = self.heard.named("finished")
        self.assertEqual((account["received"], account["rate"], account["sources"]), (4, 0, {}))

    def test_no_such_protocol(self) -> None:
        """A slip on the command line is one, before anybody is asked."""

        async def work(inside: Fetching, stream: OpenStream) -> None:
            raise AssertionError

        fault = self.failureResultOf(self.run_it(work, protocol="nope"), UsageError).value
        self.assertEqual(str(fault), "--protocol: the protocol nope is not installed")
        self.assertEqual(self.speech.asked, [])

    def test_who_gave_nothing(self) -> None:
        """Only those whose bytes are here are named."""
        running = self.fetch()
        self.speech.sources[0].lose()
        self.speech.sources[1].send(b"film")
        self.speech.sources[1].end()
        self.successResultOf(running)
        [account] = self.heard.named("finished")
        self.assertEqual(account["sources"], {"10.0.0.2:2050": 4})

    def test_empty_film(self) -> None:
        """That there is not a byte in it is said, lest it be taken for a fault."""
        running = self.fetch()
        self.speech.sources[0].end()
        self.speech.sources[1].end()
        self.successResultOf(running)
        self.assertEqual(self.heard.named("film_empty"), [{"name": "film"}])

    def test_account_of_a_player(self) -> None:
        """Frames and how it ended stand beside it."""
        running = self.fetch(PlayerState(shown=5, lost=1, ended="end"))
        self.speech.sources[0].send(b"film")
        self.speech.sources[0].end()
        self.successResultOf(running)
        [account] = self.heard.named("finished")
        frames = [account[name] for name in ("first_frame_s", "shown", "lost", "ended")]
        self.assertEqual(frames, [0.5, 5, 1, "end"])

    def test_progress(self) -> None:
        """Four times a second, however fast the bytes come."""
        running = self.fetch()
        for _ in range(1000):
            self.speech.sources[0].send(b"x")
        self.clock.advance(1.0)
        told = self.heard.named("progress")
        self.assertEqual(len(told), 4)
        self.assertEqual((told[-1]["received"], told[-1]["length"]), (1000, None))
        running.cancel()
        self.failureResultOf(running)

    def test_progress_ends_with_the_last_byte(self) -> None:
        """A film that is here is watched for hours; nothing more is told of its coming."""
        watched: Deferred[None] = Deferred()

        async def work(inside: Fetching, stream: OpenStream) -> None:
            await stream.done
            await watched

        running = self.run_it(work)
        self.clock.advance(1.0)
        self.speech.sources[0].send(b"film")
        self.speech.sources[0].end()
        told = len(self.heard.named("progress"))
        self.clock.advance(60.0)
        self.assertEqual(len(self.heard.named("progress")), told)
        watched.callback(None)
        self.successResultOf(running)

    def test_last_word(self) -> None:
        """The account is the last that is told, though closing takes a while."""
        closing: Deferred[None] = Deferred()

        async def work(inside: Fetching, stream: OpenStream) -> None:
            inside.finished(stream)
            await closing

        running = self.run_it(work)
        self.clock.advance(5.0)
        self.assertEqual(self.heard.named("progress"), [])
        closing.callback(None)
        self.successResultOf(running)

    def test_nothing_left(self) -> None:
        """However it ends, no timer, no source and no thread is left."""
        running = self.fetch()
        running.cancel()
        self.failureResultOf(running)
        self.assertTrue(self.speech.sources[0].closed)
        self.assertTrue(self.workers.closed)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_failure_is_told(self) -> None:
        """Programs that read the events learn of the failure and its code."""
        running = self.fetch()
        for source in (0, 1):
            self.speech.sources[source].lose()
        self.failureResultOf(running, NoSource)
        [told] = self.heard.named("failed")
        self.assertEqual((told["error"], told["exit_code"]), ("NoSource", 1))
        self.assertIn("nobody could send “film”", told["message"])

    def test_quiet_ends(self) -> None:
        """An interruption, or a reader who has had enough, is no failure."""

        async def leave(inside: Fetching, stream: OpenStream) -> None:
            raise BrokenPipeError

        self.failureResultOf(self.run_it(leave), BrokenPipeError)
        self.assertEqual(self.heard.named("failed"), [])

    def test_code(self) -> None:
        """The code told is the one that the command ends with."""

        async def misuse(inside: Fetching, stream: OpenStream) -> None:
            raise UsageError("what?")

        self.failureResultOf(self.run_it(misuse), UsageError)
        self.assertEqual(self.heard.named("failed")[0]["exit_code"], 2)
