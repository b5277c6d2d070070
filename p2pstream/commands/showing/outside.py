"""A film for players that are programs of their own: they are given an address on this machine."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred

from p2pstream.commands.arguments import Errand
from p2pstream.commands.ending import Ending
from p2pstream.commands.fetching.destination import Destination
from p2pstream.commands.fetching.fetching import Fetching
from p2pstream.commands.output.output import Output
from p2pstream.commands.program import PlayerProgram
from p2pstream.commands.showing.address import FilmAddress
from p2pstream.commands.showing.players import subtitles_of
from p2pstream.peer.streams import OpenStream
from p2pstream.player.options import PlayerOptions
from p2pstream.player.programs import command_line, split
from p2pstream.settings import PlaySettings

__all__ = ["Outside"]


class Outside:
    """One film, and the program that plays it, or nobody in particular.

    :param kept_as: where the film is to be afterwards; None for nowhere.
    """

    def __init__(
        self, reactor: Any, errand: Errand[PlaySettings], kept_as: Destination | None, output: Output
    ) -> None:
        self._reactor = reactor
        self._link = errand.link
        self._settings = errand.settings
        self._kept_as = kept_as
        self._output = output

    async def run(self, fetching: Fetching, ending: Ending) -> None:
        """Until the program ends, or, where there is none, until this is cancelled."""
        means = await fetching.means()
        address = FilmAddress(means, self._link, self._settings.http_port)
        program, stream = None, None
        try:
            # Who cannot show anything asks nobody.
            program = None if self._settings.http else self._program(address.url)
            stream = await fetching.open(self._kept_as)
            address.show(stream)
            await self._show(program, stream, address.url, ending)
        finally:
            ending.hurry()
            if program is not None:
                await program.stop()
            await address.close()
            if stream is not None:
                fetching.finished(stream)

    def _program(self, url: str) -> PlayerProgram:
        settings = self._settings
        path = self._kept_as.path if self._kept_as else None
        options = PlayerOptions(
            fullscreen=settings.fullscreen,
            volume=settings.volume,
            hardware=settings.hw,
            subtitles=subtitles_of(settings, path),
        )
        more = split(settings.player_args, "--player-args")
        assert settings.player is not None, "else it plays here"
        words = command_line(settings.player, url, options, settings.start, more)
        return PlayerProgram(words, settings.quiet)

    async def _show(
        self, program: PlayerProgram | None, stream: OpenStream, url: str, ending: Ending
    ) -> None:
        if program is None:
            self._output.result(url)
        else:
            self._output.happened("player_chosen", player=self._settings.player)
            program.start(self._reactor)
            await program.done
        if program is None or self._settings.no_quit:
            self._output.happened("served", address=url)
            ending.done()
            await Deferred()
        if self._kept_as is not None:
            await stream.done
