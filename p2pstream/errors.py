"""The errors of p2pstream.

::

    P2PStreamError              exit 1
    ├── UsageError              exit 2   the command line cannot be understood
    ├── BadName                          no stream can have that name
    ├── BadAddress                       not HOST, HOST:PORT or [v6]:port
    ├── NotFound                         the central knows nobody who has it
    ├── NotShared                        this peer does not share it
    ├── NoCentral                        the central cannot be reached, or is none
    ├── NoSource                         every listed peer failed
    ├── SourceLost                       one peer's connection broke midway
    │   └── PeersDisagree                two peers sent different bytes under one name
    ├── PeerError                        the other end broke the protocol
    │   ├── BadProof                         its hashes or bytes are proven wrong
    │   ├── BadHead                          a head of a broadcast is none, or nobody signed it
    │   ├── NotSpoken                        it does not speak this protocol at all
    │   └── OtherId                          it is not who was to be there
    ├── Refused                          the other end says no, and why
    ├── BadKey                           not the text or the bytes of a key
    ├── BadRecord                        a signed name that does not hold
    ├── Equivocation                     a broadcaster signed two things of which one must be false
    ├── Unproven                         no hash is known that would prove it
    ├── SessionError                     we misused a session: a bug of ours
    ├── ReadStopped                      a reader gave up
    ├── RangeError                       a range that turned out not to exist
    ├── Gone                             a shared file changed or went while in use
    ├── StorageError                     a disk said no
    ├── CannotListen                     a port cannot be had
    ├── BadShare                         a folder cannot be shared
    ├── PluginError                      a protocol plugin is broken
    ├── NoPlayer                         something that showing films needs is missing
    ├── CannotPlay                       the bytes are no film
    ├── NoMedia                          something that opening films needs is missing
    └── BadSubtitles                     the bytes are no subtitles

The text of each is one line for the person at the keyboard: what, which object,
why, what next.  Whatever came from a stranger is made printable before it gets in
(`p2pstream.content.text.printable`).
"""

from __future__ import annotations

from p2pstream.codes import Code

__all__ = [
    "BadAddress",
    "BadHead",
    "BadKey",
    "BadName",
    "BadProof",
    "BadRecord",
    "BadShare",
    "BadSubtitles",
    "CannotListen",
    "CannotPlay",
    "Equivocation",
    "Gone",
    "NoCentral",
    "NoMedia",
    "NoPlayer",
    "NoSource",
    "NotFound",
    "NotShared",
    "NotSpoken",
    "OtherId",
    "P2PStreamError",
    "PeerError",
    "PeersDisagree",
    "PluginError",
    "RangeError",
    "ReadStopped",
    "Refused",
    "SessionError",
    "SourceLost",
    "StorageError",
    "Unproven",
    "UsageError",
]


class P2PStreamError(Exception):
    """Something went wrong."""

    #: What a command ends with when this reaches its edge.
    exit_code = 1

    def __str__(self) -> str:
        return super().__str__() or (type(self).__doc__ or "").splitlines()[0]


class UsageError(P2PStreamError):
    """The command line cannot be understood; try --help."""

    exit_code = 2


class BadName(P2PStreamError):
    """That cannot be the name of a stream."""


class BadAddress(P2PStreamError):
    """That is not an address; write HOST, HOST:PORT or [IPv6]:PORT."""


class NotFound(P2PStreamError):
    """The central knows nobody who has that stream."""


class NotShared(P2PStreamError):
    """This peer does not share a stream of that name."""


class NoCentral(P2PStreamError):
    """The central cannot be reached."""


class NoSource(P2PStreamError):
    """None of the peers that have the stream could deliver it."""


class SourceLost(P2PStreamError):
    """The connection to a peer broke before the end of the stream."""


class PeersDisagree(SourceLost):
    """Two peers sent different bytes under one name."""

    def __init__(self, offset: int, said: str = "") -> None:
        super().__init__(said or f"two peers sent different bytes under one name, from byte {offset} on")
        #: The first byte that differs, or that only one of them has.
        self.offset = offset


class PeerError(P2PStreamError):
    """The other end broke the protocol."""

    #: What the other end is told.
    code: int = Code.BAD_FRAME

    def __init__(self, said: str = "", code: int | None = None) -> None:
        super().__init__(said)
        if code is not None:
            self.code = code


class BadProof(PeerError):
    """Hashes or bytes were proven wrong."""

    code = Code.BAD_HASH


class BadHead(PeerError):
    """A head of a live stream is none, or its channel did not sign it."""

    code = Code.BAD_MESSAGE


class NotSpoken(PeerError):
    """The other end does not speak this protocol."""

    code = Code.VERSION


class OtherId(PeerError):
    """It is not who should be there: its id is another."""

    code = Code.NOT_AUTHORISED


class Refused(P2PStreamError):
    """The other end says no."""

    def __init__(self, said: str = "", code: int = Code.OK) -> None:
        super().__init__(said)
        #: A `codes.Code`, or a number from a later version.
        self.code = code


class BadKey(P2PStreamError):
    """That is not the key of a stream."""


class BadRecord(P2PStreamError):
    """The record of a name does not hold."""


class Equivocation(P2PStreamError):
    """Whoever broadcasts signed two things that cannot both be true."""

    def __init__(self, said: str = "", evidence: tuple[bytes, ...] = ()) -> None:
        super().__init__(said)
        #: The heads that show it, as they were signed; whoever has them can show it to others.
        self.evidence = evidence


class Unproven(P2PStreamError):
    """No hash is known that would prove it."""


class SessionError(P2PStreamError):
    """A session was used in a way its state does not allow; this is a bug."""


class ReadStopped(P2PStreamError):
    """The reader gave up before the end."""


class RangeError(P2PStreamError):
    """The range lies beyond the end of the stream."""


class Gone(P2PStreamError):
    """The file is no longer what it was when it was opened."""


class StorageError(P2PStreamError):
    """The disk refused."""


class CannotListen(P2PStreamError):
    """The port cannot be listened on."""


class BadShare(P2PStreamError):
    """The folder cannot be shared."""


class PluginError(P2PStreamError):
    """A protocol plugin is broken and was switched off."""


class NoPlayer(P2PStreamError):
    """Something that showing films needs is missing."""


class CannotPlay(P2PStreamError):
    """No picture and no sound could be made of these bytes."""


class BadSubtitles(P2PStreamError):
    """No line of text with a time could be found in these bytes."""


class NoMedia(P2PStreamError):
    """Something that opening films needs is missing."""
