"""``p2p-live``: broadcast to a crowd that relays it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from p2pstream.commands.arguments import words_and_settings
from p2pstream.commands.running import command, run
from p2pstream.content.links import Link, parse_centrals
from p2pstream.content.names import check_name
from p2pstream.errors import P2PStreamError, UsageError
from p2pstream.settings import LiveSettings

if TYPE_CHECKING:
    from p2pstream.commands.ending import Ending

__all__ = ["main"]

PURPOSE = "Broadcast live to everyone who watches; they give it on to each other."
USAGE = "{program} [OPTION ...] CENTRAL NAME INPUT, or {program} [OPTION ...] --listen CENTRAL NAME"
EPILOG = (
    "INPUT is - (MPEG-TS on the standard input), a film, an address (rtsp, rtmp, http, srt), a device"
    " (v4l2:/dev/video0, x11grab::0, alsa:default), or test, a pattern with a clock in it."
    "  With --listen it comes from OBS, ffmpeg and the like: by RTMP, by HTTP, or as MPEG-TS over TCP or UDP."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    return command("live", sys.argv[1:] if argv is None else argv, _understand)


def _understand(ending: Ending, argv: Sequence[str]) -> None:
    words, settings = words_and_settings(LiveSettings, PURPOSE, USAGE, EPILOG, argv)
    ending.debug = settings.debug
    link, source = _errand(words, settings)

    # Only now: what follows imports Twisted.
    from p2pstream.commands.airing.show import LiveShow
    from p2pstream.commands.output.output import choose

    output = choose(settings, link.name, bar=False, results=True, status=True)

    async def live(reactor: Any) -> None:
        await LiveShow(reactor, link, source, settings, output).run(ending)

    run(live, ending)


def _errand(words: Sequence[str], settings: LiveSettings) -> tuple[Link, str | None]:
    """Where it is listed under which name, and what comes in; None: whatever is sent."""
    wanted = 2 if settings.listen else 3
    if len(words) != wanted:
        rest = "CENTRAL NAME; INPUT is left out with --listen" if settings.listen else "CENTRAL NAME INPUT"
        raise UsageError(f"write {rest}; try --help")
    try:
        first, *others = parse_centrals(words[0])
        link = Link(first, check_name(words[1]), tuple(others))
    except P2PStreamError as fault:
        raise UsageError(str(fault)) from None
    return link, None if settings.listen else words[2]


if __name__ == "__main__":
    sys.exit(main())
