"""``p2p-play``: watch a film while it comes from everyone who has it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from p2pstream.commands.arguments import Errand, given, understand
from p2pstream.commands.centrals.nearby import central_nearby
from p2pstream.commands.centrals.question import ask_on_terminal
from p2pstream.commands.ending import keep_stderr, leave_stdout
from p2pstream.commands.fetching.destination import Destination, check_picture, destination
from p2pstream.commands.list import list_names
from p2pstream.commands.running import command, run
from p2pstream.commands.showing.players import check_subtitles
from p2pstream.errors import UsageError
from p2pstream.settings import PlaySettings

if TYPE_CHECKING:
    from p2pstream.commands.ending import Ending
    from p2pstream.commands.fetching.fetching import Fetching
    from p2pstream.commands.output.output import Output

__all__ = ["main"]

PURPOSE = "Watch a film while it comes from everyone who has it."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    return command("play", sys.argv[1:] if argv is None else argv, _understand)


def _understand(ending: Ending, argv: Sequence[str]) -> None:
    words, settings = given(PlaySettings, PURPOSE, argv)
    if settings.listing:
        list_names(ending, words, settings)
        return
    errand = understand(words, settings, ask_on_terminal, central_nearby)
    name = errand.link.name
    ending.debug = settings.debug
    _check(settings)
    kept_as = None if settings.out is None else destination(settings.out, errand.link.called)

    if settings.quiet and not (settings.debug or settings.is_unseen or settings.is_served):
        # libvlc's helpers tell of every way to decode and show that is not there.
        keep_stderr()

    # Only now: what follows imports Twisted.
    from p2pstream.commands.fetching.fetching import Fetching
    from p2pstream.commands.output.output import choose

    output = choose(settings, name, bar=settings.is_unseen or settings.http, results=not settings.stdout)

    async def play(reactor: Any) -> None:
        async with Fetching(reactor, errand, output) as fetching:
            if settings.is_unseen:
                await _fetch(fetching, settings, kept_as)
            elif settings.is_served:
                await _serve(reactor, errand, kept_as, output, fetching, ending)
            else:
                await _show(reactor, errand, kept_as, output, fetching, ending)
            await fetching.keep_seeding(ending)

    run(play, ending)


def _check(settings: PlaySettings) -> None:
    if settings.stdout and settings.player not in (None, "none"):
        raise UsageError("--stdout shows nothing; leave --player out")
    if settings.screenshot and (settings.is_unseen or settings.is_served or settings.player == "vlc-window"):
        raise UsageError("--screenshot needs the player sfml")
    check_subtitles(settings)
    if settings.screenshot:
        check_picture(settings.screenshot)
    if settings.stdout and sys.stdout.isatty():
        raise UsageError("--stdout would fill the terminal with bytes; write | or > behind it")


async def _fetch(fetching: Fetching, settings: PlaySettings, kept_as: Destination | None) -> None:
    """Fetch the film for a pipe, for a file, or for nothing but to see that it comes."""
    stream = await fetching.open(kept_as)
    if settings.stdout:
        from p2pstream.commands.fetching.pipe import pour

        await pour(stream, sys.stdout.fileno(), fetching.workers)
        leave_stdout()
    elif kept_as is None:
        from p2pstream.commands.fetching.draining import drain

        await drain(stream)
    # Of a film that is larger than the cache its end is all that is here when it was read.
    if kept_as is not None or stream.data.complete:
        await stream.done
    fetching.finished(stream)


async def _serve(
    reactor: Any,
    errand: Errand[PlaySettings],
    kept_as: Destination | None,
    output: Output,
    fetching: Fetching,
    ending: Ending,
) -> None:
    from p2pstream.commands.showing.outside import Outside

    await Outside(reactor, errand, kept_as, output).run(fetching, ending)


async def _show(
    reactor: Any,
    errand: Errand[PlaySettings],
    kept_as: Destination | None,
    output: Output,
    fetching: Fetching,
    ending: Ending,
) -> None:
    from p2pstream.commands.showing.show import Show

    show = Show(reactor, errand.link.name, errand.settings, kept_as, output)
    await show.run(fetching, ending)


if __name__ == "__main__":
    sys.exit(main())
