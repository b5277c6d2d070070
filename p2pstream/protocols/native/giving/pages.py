"""Answers the other end's requests for hashes, and for what belongs to a stream.  Pure."""

from __future__ import annotations

from itertools import count

from p2pstream.codes import Code
from p2pstream.content.hashes.hash_pages import valid_page
from p2pstream.errors import PeerError
from p2pstream.limits import Limits
from p2pstream.protocols.native.channels.bucket import Bucket
from p2pstream.protocols.native.channels.channel import Channel
from p2pstream.protocols.native.channels.post import Post
from p2pstream.protocols.native.events import HashesWanted
from p2pstream.protocols.native.messages import Hashes, HashReject, HashRequest, Meta, MetaGet

__all__ = ["Pages"]


class Pages:
    """Pages are looked for by the shell, since some must be computed from the bytes."""

    def __init__(self, post: Post, now: float, limits: Limits) -> None:
        self._post = post
        self._limits = limits
        self._tickets = count()
        self._bucket = Bucket("requests for hashes", limits.native_hash_requests, now, limits)

    def earn(self, sent: int, now: float) -> None:
        """So many bytes went: they may need proof."""
        self._bucket.add(sent / self._limits.native_hashes_bytes, now)

    def request(self, channel: Channel, asked: HashRequest, now: float) -> None:
        """A page is asked for.

        :raises PeerError: the tree has no such page, or too many are asked for.
        """
        if not valid_page(channel.key, *asked.page):
            raise PeerError(f"a page of hashes was asked for that cannot be: {asked.page}")
        code = self._refusal(channel, now)
        if code is not None:
            self._post.send(channel.number, HashReject(*asked.page, code))
            return
        ticket = next(self._tickets)
        if channel.serving.ask_page(ticket, asked.page):
            self.look(channel, ticket, asked.page)

    def _refusal(self, channel: Channel, now: float) -> Code | None:
        if not self._bucket.take(now):
            return Code.RATE_LIMITED
        if self._post.busy or channel.serving.pages >= self._limits.native_pages:
            return Code.BUSY
        return None

    def look(self, channel: Channel, ticket: int, page: tuple[int, int, int, int]) -> None:
        """Have the shell look for a page; refuse it where there is nothing."""
        if channel.serving.offer is None:
            self.refuse(channel, ticket, Code.GONE)
        else:
            self._post.tell(HashesWanted(channel.number, ticket, page))

    def send(self, channel: Channel, ticket: int, hashes: bytes) -> None:
        """A page was found."""
        page = channel.serving.take_page(ticket)
        if page is not None:
            self._post.send(channel.number, Hashes(page, hashes))

    def refuse(self, channel: Channel, ticket: int, code: int) -> None:
        """A page cannot be had."""
        page = channel.serving.take_page(ticket)
        if page is not None:
            self._post.send(channel.number, HashReject(*page, code))

    def meta(self, channel: Channel, asked: MetaGet, now: float) -> None:
        """A piece of what belongs to the stream is asked for; it counts as a page."""
        offer = channel.serving.offer
        content = offer.meta.get(asked.name, b"") if offer else b""
        size = self._limits.native_meta_piece_bytes
        pieces = -(-min(len(content), self._limits.native_meta_bytes) // size)
        if asked.piece >= pieces or self._post.busy or not self._bucket.take(now):
            self._post.send(channel.number, Meta(asked.name, asked.piece, 0, b""))
            return
        start = asked.piece * size
        self._post.send(channel.number, Meta(asked.name, asked.piece, pieces, content[start : start + size]))
