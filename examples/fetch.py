"""Fetch a film by its name, every byte proven, into any Twisted consumer: here a file.

``python examples/fetch.py p2pstream://192.0.2.1/film.mp4 copy.mp4``
"""

import sys

from twisted.internet.task import react
from twisted.protocols.ftp import FileConsumer

from p2pstream.content.links import Link
from p2pstream.peer.client import Client
from p2pstream.transport.timing import make_monotonic


async def fetch(reactor: object, link: str, path: str) -> None:
    """Read the film from its first byte to its last, while it comes."""
    make_monotonic(reactor)
    async with await Client.open(reactor) as client:
        film = await client.fetch(Link.parse(link))
        await film.data.read_to(FileConsumer(open(path, "wb")))  # noqa: SIM115
        await film.close()


if len(sys.argv) != 3:
    sys.exit(__doc__)
react(fetch, sys.argv[1:])
