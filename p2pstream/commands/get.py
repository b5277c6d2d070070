"""``p2p-get``: fetch a stream into a file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from p2pstream.commands.arguments import parse
from p2pstream.commands.centrals.nearby import central_nearby
from p2pstream.commands.fetching.destination import Destination, destination
from p2pstream.commands.running import command, run
from p2pstream.settings import GetSettings

if TYPE_CHECKING:
    from p2pstream.commands.ending import Ending
    from p2pstream.commands.fetching.fetching import Fetching
    from p2pstream.commands.output.output import Output

__all__ = ["main"]

PURPOSE = "Fetch a film from everyone who has it, into a file."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    return command("get", sys.argv[1:] if argv is None else argv, _understand)


def _understand(ending: Ending, argv: Sequence[str]) -> None:
    errand = parse(GetSettings, PURPOSE, argv, find=central_nearby)
    ending.debug = errand.settings.debug
    into = destination(errand.settings.out, errand.link.called)

    # Only now: what follows imports Twisted.
    from p2pstream.commands.fetching.fetching import Fetching
    from p2pstream.commands.output.output import choose

    output = choose(errand.settings, errand.link.name, bar=True, results=True)
    run(lambda reactor: _get(Fetching(reactor, errand, output), into, output, ending), ending)


async def _get(fetching: Fetching, into: Destination, output: Output, ending: Ending) -> None:
    async with fetching:
        stream = await fetching.open(into)
        await stream.done
        fetching.finished(stream)
        output.result(into.path)
        await fetching.keep_seeding(ending)


if __name__ == "__main__":
    sys.exit(main())
