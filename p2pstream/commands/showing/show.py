"""Showing one stream while it comes: the window opens while the central is asked."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from p2pstream.commands.ending import Ending
from p2pstream.commands.fetching.destination import Destination
from p2pstream.commands.fetching.fetching import Fetching
from p2pstream.commands.output.output import Output
from p2pstream.commands.showing.commentary import Commentary
from p2pstream.commands.showing.players import choose_player
from p2pstream.content.text import size_text
from p2pstream.interfaces import IPlayer
from p2pstream.peer.streams import OpenStream
from p2pstream.settings import PlaySettings

__all__ = ["Show"]

_log = Logger()

#: What belongs to a film is asked for so long after it was opened.
_BESIDE_S = 2.0


class Show:
    """One film, one viewer.

    :param kept_as: where the film is to be afterwards; None for nowhere.
    """

    def __init__(
        self, reactor: Any, title: str, settings: PlaySettings, kept_as: Destination | None, output: Output
    ) -> None:
        self._reactor = reactor
        self._title = title
        self._settings = settings
        self._kept_as = kept_as
        self._output = output
        self._left = False

    async def run(self, fetching: Fetching, ending: Ending) -> None:
        """Until the film ends, or the viewer leaves."""
        # Who cannot show anything asks nobody.
        path = self._kept_as.path if self._kept_as else None
        player = choose_player(self._reactor, self._settings, path, self._output)
        # Before the window opens: the central thinks meanwhile.
        finding = Deferred.fromCoroutine(fetching.open(self._kept_as))
        try:
            player.when_closed().addCallback(self._leave, finding)
            await player.open(self._title)
            await self._play(player, await finding, fetching, ending)
        except CancelledError:
            # Closing the window before there is anything to see is no failure.
            if not self._left:
                raise
        finally:
            finding.addErrback(lambda _: None)
            finding.cancel()
            ending.hurry()
            await player.stop()

    def _leave(self, _: None, finding: Deferred[OpenStream]) -> None:
        self._left = True
        finding.cancel()

    async def _play(self, player: IPlayer, stream: OpenStream, fetching: Fetching, ending: Ending) -> None:
        picture = self._settings.screenshot
        commentary = Commentary(self._reactor, player, stream.view, self._output, picture)
        commenting = commentary.start().addErrback(ending.broke)
        beside = Deferred.fromCoroutine(self._take_beside(player, stream, fetching))
        beside.addErrback(_unless_cancelled)
        try:
            await player.play(stream.data, stream.view, self._settings.start)
            await self._keep(stream)
        finally:
            beside.cancel()
            commentary.stop()
            # For the picture, which a disk that hangs does not make us wait for.
            ending.hurry()
            await commenting
            fetching.finished(stream, player.state, commentary.first_frame_s)

    async def _take_beside(self, player: IPlayer, stream: OpenStream, fetching: Fetching) -> None:
        """Have the player show what belongs to the film, after its beginning, which nothing is to delay."""
        await deferLater(self._reactor, _BESIDE_S)
        content = await fetching.beside(stream)
        if content is not None:
            player.beside(content)

    async def _keep(self, stream: OpenStream) -> None:
        """The rest of a film that is to be kept is waited for, unless the viewer left."""
        if self._kept_as is None:
            return
        if stream.data.complete or not self._left:
            await stream.done
        else:
            reason = f"only {size_text(stream.data.have.total)} were here when the window was closed"
            self._output.happened("not_kept", path=self._kept_as.path, reason=reason)


def _unless_cancelled(failure: Failure) -> None:
    if not failure.check(CancelledError):
        _log.failure("what belongs to a film could not be shown", failure)
