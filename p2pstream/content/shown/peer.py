"""What a peer shows.  Values."""

from __future__ import annotations

from dataclasses import dataclass, field

from p2pstream.content.ranges import Ranges
from p2pstream.values import value

__all__ = [
    "HashingSnapshot",
    "ListedAt",
    "PeerLimits",
    "SharedFolder",
    "ShownFetch",
    "ShownShare",
    "ShownShares",
]


@value
class SharedFolder:
    """A folder that is shared."""

    #: Absolute; for this machine's own eyes only.
    path: str
    #: How many streams are offered from it, and their bytes.
    streams: int = 0
    length: int = 0
    #: Whether it was looked at once.
    looked: bool = False
    #: Why nothing of it can be shared now; empty when all is well.
    trouble: str = ""
    #: Whether it was added while the peer ran, or the settings name it: those come back with every start.
    added: bool = False


@value
class ShownShare:
    """A stream that is shared."""

    #: As `content.names` allows it.
    name: str
    #: Bytes in all.
    length: int
    #: The text of its key; empty while it is not known.
    key: str = ""
    #: Its media type.
    type: str = ""
    #: Bytes of it that were hashed, while its key is being found out; None: that has not begun, or is done.
    hashed: int | None = None
    #: None where it is not known.
    duration_s: float | None = None

    @property
    def state(self) -> str:
        """One of "ready", "hashing" and "waiting": a stream without a key is had by its name alone."""
        return "ready" if self.key else "waiting" if self.hashed is None else "hashing"


@value
class ShownShares:
    """A part of all that is shared, in the order of names."""

    shares: tuple[ShownShare, ...]
    #: How many there are in all, and their bytes.
    count: int
    length: int
    #: The name to ask for what comes behind with; empty at the end.
    after: str = ""


@value
class HashingSnapshot:
    """How the finding of keys goes on."""

    #: Files whose key is not known yet, those that are read now included.
    files: int = 0
    #: Bytes read since it began, and in all; both 0 when there is nothing to do.
    done: int = 0
    length: int = 0


@dataclass(frozen=True)
class ShownFetch:
    """A stream that this peer fetches, for one or more of its user's programs or for a page."""

    #: What it is called.
    name: str
    #: The text of its key.
    key: str
    #: Bytes in all; None while unknown.
    length: int | None = None
    #: Which bytes are here.
    have: Ranges = field(default_factory=Ranges)
    #: Bytes a second over the last seconds.
    rate: float = 0.0
    #: What the first reader waits for, as `content.waits.awaited_text` says it; empty for nothing.
    waiting_for: str = ""
    #: Where its readers are, by kind: bytes that are wanted next, and bytes on a screen.
    reading: tuple[int, ...] = ()
    playing: tuple[int, ...] = ()
    #: How many programs, or pages, use it.
    users: int = 0
    #: Bytes that came though others had sent them before.
    again: int = 0


@value
class PeerLimits:
    """What a peer may use; None: no limit."""

    #: Bytes a second that are sent, over all connections.
    upload: int | None = None
    #: Bytes a second that are fetched.
    download: int | None = None
    #: Bytes of films that are only watched.
    cache: int | None = None
    #: Whether what is sent on this machine and its network counts, too.
    local: bool = False


@value
class ListedAt:
    """A central that this peer is to be listed at."""

    central: str
    #: Whether it is; None: nobody knows yet.
    listed: bool | None = None
    #: Why not, in words.
    reason: str = ""
    #: Where that central sees us; empty while it has not said.
    observed: str = ""
    #: Whether it could dial us there; None while it has not tried, or not said.
    reachable: bool | None = None
    #: What to do about it where it could not.
    advice: str = ""
