"""Commands that have the peer fetch which runs for the same user."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, succeed

from p2pstream.commands.arguments import Errand
from p2pstream.commands.ending import Ending
from p2pstream.commands.fetching import fetching, through
from p2pstream.commands.fetching.destination import Destination
from p2pstream.commands.fetching.fetching import Fetching
from p2pstream.commands.output.output import Output
from p2pstream.content.addresses import Address
from p2pstream.peer.fetching.keeping import Keeping
from p2pstream.settings import GetSettings
from tests.commands.fetching.test_fetching import ClosingWorkers, LoadedProtocols
from tests.peer.resident import ResidentCase
from tests.peer.test_streams import Speech as PlainSpeech
from tests.peer.viewing import LINK


class FetchingThroughTests(ResidentCase):
    def setUp(self) -> None:
        """A peer of this user runs."""
        super().setUp()
        self.workers = ClosingWorkers()
        self.patch(fetching, "ThreadWorkers", lambda *_: self.workers)
        self.patch(fetching, "Registry", lambda _: LoadedProtocols(PlainSpeech([])))
        state = {"XDG_STATE_HOME": str(Path(self.mktemp()).absolute())}
        self.patch(os, "environ", {**os.environ, **state})
        self.patch(Keeping, "resident", lambda keeping: succeed(self.peer.endpoint))
        self.patch(through, "open_through", partial(through.open_through, trusted=lambda transport: True))
        self.ending = Ending("get", False)

    def run_it(self, into: Destination | None = None, **settings: Any) -> Deferred[None]:
        """Fetch the film, give account, and go on giving it if that is wished."""

        async def main() -> None:
            errand = Errand(LINK, GetSettings(**settings))
            async with Fetching(self.clock, errand, Output([self.heard], None)) as inside:
                stream = await inside.open(into)
                await stream.done
                inside.finished(stream)
                await inside.keep_seeding(self.ending)

        running = Deferred.fromCoroutine(main())
        self.send(lambda: running.called or bool(self.heard.named("seeding")))
        return running

    def test_account(self) -> None:
        """It is the same as if it had been fetched here, and nothing is left open."""
        self.peer.sent = 0
        self.successResultOf(self.run_it(into=Destination(str(self.folder / "film"), True)))
        [account] = self.heard.named("finished")
        self.assertEqual(account["received"], len(self.film.content))
        self.assertEqual(account["sources"], {"10.0.0.1:2050": len(self.film.content)})
        self.assertTrue(account["verified"])
        self.assertTrue((self.folder / "film").read_bytes() == self.film.content)
        self.clock.advance(0.1)
        self.assertEqual((self.peer.downloads._fetches, self.clock.getDelayedCalls()), ({}, []))
        self.assertTrue(self.workers.closed)

    def test_handed_over(self) -> None:
        """What was only watched is the peer's, and given by it; the command ends, and says so."""
        self.successResultOf(self.run_it(keep_seeding=True))
        self.assertEqual(self.heard.named("handed_over"), [{"name": LINK.name}])
        self.assertEqual(self.heard.named("seeding"), [])

    def test_given_until_it_is_ended(self) -> None:
        """A file is given from its place by the peer as long as the command runs."""
        running = self.run_it(into=Destination(str(self.folder / "film"), True), keep_seeding=True)
        self.clock.advance(5.0)
        self.assertNoResult(running)
        self.assertEqual(self.peer.own.streams(), [self.film.key])
        self.peer.sent += 12
        self.clock.advance(1.0)
        self.ending.interrupted(15)
        running.cancel()
        self.successResultOf(running)
        self.assertEqual(self.heard.named("seeded")[0]["sent"], 12)
        self.clock.advance(0.1)
        self.assertEqual(self.peer.own.streams(), [])

    def test_settings_of_its_own(self) -> None:
        """Who says how it is to be fetched fetches it: the peer has settings of its own."""
        self.assertTrue(fetching._may_be_anybodys(GetSettings(accept_publisher=True, peer_port=5, out="x")))
        every: list[dict[str, Any]] = [
            {"no_peer": True},
            {"no_upload": True},
            {"upload_limit": 1},
            {"limit_local": True},
            {"download_limit": 1},
            {"cache_size": 1},
            {"port": 1},
            {"no_exchange": True},
            {"no_mdns": True},
            {"local": (Address("10.0.0.0", 1),)},
            {"protocol": "classic"},
        ]
        for each in every:
            self.assertFalse(fetching._may_be_anybodys(GetSettings(**each)), each)
