"""``p2p-list``: what a central knows."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from p2pstream.commands.arguments import words_and_settings
from p2pstream.commands.centrals.nearby import central_nearby
from p2pstream.commands.running import command, run
from p2pstream.content.addresses import Address
from p2pstream.content.links import central_text, parse_centrals
from p2pstream.errors import P2PStreamError, UsageError
from p2pstream.settings import CommandSettings, ListSettings

if TYPE_CHECKING:
    from p2pstream.commands.ending import Ending
    from p2pstream.commands.output.output import Output

__all__ = ["list_names", "main"]

PURPOSE = "Show what a central knows: names, sizes, how many have each, and who published it."
USAGE = "{program} [OPTION ...] [CENTRAL [WORD ...]]"
EPILOG = (
    "CENTRAL is HOST, HOST:PORT, [IPv6]:PORT or p2pstream://HOST/, or several with commas between;"
    " left out, the one of this network.  With words, names that have all of them are shown."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    return command("list", sys.argv[1:] if argv is None else argv, _understand)


def _understand(ending: Ending, argv: Sequence[str]) -> None:
    words, settings = words_and_settings(ListSettings, PURPOSE, USAGE, EPILOG, argv)
    list_names(ending, words, settings)


def list_names(ending: Ending, words: Sequence[str], settings: CommandSettings) -> None:
    """Show what the central has that the first word says, or is found; of the others names must have all.

    :raises UsageError: that is no central.
    """
    ending.debug = settings.debug
    try:
        centrals = parse_centrals(central_text(words[0])) if words else (central_nearby(settings),)
    except P2PStreamError as fault:
        raise UsageError(str(fault)) from None

    # Only now: what follows imports Twisted.
    from p2pstream.commands.output.output import choose

    output = choose(settings, "", bar=False, results=True)
    run(lambda reactor: _list(reactor, settings, centrals, " ".join(words[1:]), output, ending), ending)


async def _list(
    reactor: Any,
    settings: CommandSettings,
    centrals: Sequence[Address],
    words: str,
    output: Output,
    ending: Ending,
) -> None:
    from p2pstream.commands.centrals.inventory import Inventory
    from p2pstream.data.workers import ThreadWorkers
    from p2pstream.peer.client import Client

    workers = ThreadWorkers(reactor)
    client = await Client.open(reactor, settings, output, workers)
    asked = client.ask(*centrals)
    asked.start()
    try:
        inventory = await Inventory.ask(asked, words, client.keeping.publishers, client.node.limits)
        for fields in inventory.told():
            output.happened("name_listed", **fields)
        for line in inventory.table(sys.stdout.isatty()):
            output.result(line)
        if not inventory.names:
            output.happened("nothing_listed", central=str(asked.teller), words=words)
            ending.missed(bool(words))
        output.check()
    finally:
        await asked.close()
        await client.close()
        await workers.close()


if __name__ == "__main__":
    sys.exit(main())
