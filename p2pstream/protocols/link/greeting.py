"""Who both ends are: HELLO, AUTH and the transcript that AUTH signs.  Pure."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field, replace
from hashlib import sha256

from p2pstream.codes import Code
from p2pstream.content.signing import Identity, verify
from p2pstream.errors import OtherId, PeerError
from p2pstream.limits import LIMITS, Limits
from p2pstream.protocols.link.family import Opposite
from p2pstream.protocols.link.hello import VERSION
from p2pstream.protocols.link.messages import Auth, Hello

__all__ = ["UNBOUND", "Greeting", "Terms"]

#: Stands for the TLS connection where there is none.
UNBOUND = bytes(32)


@dataclass(frozen=True)
class Terms:
    """What we say of ourselves, and what we want of the other end."""

    identity: Identity
    #: 32 bytes of chance, new for each link.
    nonce: bytes
    #: 32 bytes that only both ends of this TLS connection know.
    binding: bytes = UNBOUND
    #: The id that the other end must have.
    expected: bytes | None = None
    #: That of a closed group.
    secret: bytes | None = field(default=None, repr=False)
    port: int = 0
    agent: str = ""
    most_units: int = 0
    uplink: int = 0
    wall_ms: int = 0
    ticket: bytes = b""


class Greeting:
    """One link's HELLOs and AUTHs, and all else that is of no use any more when both were right.

    The secret of a closed group is never sent: AUTH carries an HMAC with it over what the
    signature is over.

    :param now: from when the other end's time counts; monotonic seconds.
    :param wary: it has less time, for it may speak another protocol.
    :ivar magic: what came of the other end's magic.
    :ivar greeted: whether our HELLO went.
    """

    __slots__ = (
        "_began", "_heard", "_limits", "_opposite", "_terms", "_wary", "dialled", "greeted", "magic", "said",
    )  # fmt: skip

    def __init__(
        self,
        terms: Terms,
        families: frozenset[str],
        dialled: bool,
        now: float,
        wary: bool = False,
        limits: Limits = LIMITS,
    ) -> None:
        self._terms = terms
        self._began = now
        self._wary = wary
        self._limits = limits
        self.dialled = dialled
        self.magic = b""
        self.greeted = False
        said = Hello(
            id=terms.identity.id,
            nonce=terms.nonce,
            families=families,
            port=terms.port,
            agent=terms.agent,
            most_units=terms.most_units,
            uplink=terms.uplink,
            wall_ms=terms.wall_ms,
            ticket=terms.ticket,
        )
        #: Our HELLO's body.
        self.said = said.pack()
        self._heard = b""
        self._opposite: Opposite | None = None

    @property
    def closed(self) -> bool:
        """Whether nothing is said to who has not proven to be of our group."""
        return self._terms.secret is not None

    @property
    def proves_last(self) -> bool:
        """Whether the other end has to prove itself first.

        Strangers who dial get nothing to guess the secret of a group by.
        """
        return self.closed and not self.dialled

    def due(self) -> float:
        """When the other end must have said who it is; once it has, when it must have proven it."""
        limits = self._limits
        if self._opposite is not None:
            return self._began + limits.link_auth_s
        return self._began + (limits.link_wary_s if self._wary else limits.link_hello_s)

    def hear(self, hello: Hello, body: bytes) -> Opposite:
        """Their HELLO came, in this spelling.

        :raises PeerError: we cannot go on with it.
        """
        terms = self._terms
        if VERSION not in hello.versions:
            raise PeerError(f"it speaks only versions {sorted(hello.versions)}", Code.VERSION)
        if hello.id == terms.identity.id or hello.nonce == terms.nonce:
            raise PeerError("it is ourselves", Code.SELF)
        if terms.expected not in (None, hello.id):
            raise OtherId("it is not who should be there: its id is another")
        self._heard = body
        self._opposite = Opposite(
            id=hello.id,
            families=hello.families,
            most_units=hello.most_units,
            uplink=hello.uplink,
            port=hello.port,
            agent=hello.agent,
            ticket=hello.ticket,
        )
        return self._opposite

    def auth(self) -> Auth:
        """What proves us, once they were heard."""
        transcript = self._transcript(self.dialled)
        return Auth(self._terms.identity.sign("auth", transcript), self._proof(transcript))

    def check(self, auth: Auth) -> Opposite:
        """Their AUTH came.

        :raises PeerError: it does not prove what it should.
        """
        assert self._opposite is not None, "HELLO comes first"
        transcript, said = self._transcript(not self.dialled), self._opposite
        if not verify(said.id, "auth", transcript, auth.signature):
            raise PeerError("AUTH is not signed by the id in HELLO, for this connection", Code.BAD_SIGNATURE)
        if self._terms.secret is not None and not hmac.compare_digest(auth.proof, self._proof(transcript)):
            raise PeerError("it does not know the secret of this group", Code.NOT_AUTHORISED)
        return replace(said, authenticated=True, bound=self._terms.binding != UNBOUND)

    def _transcript(self, by_dialler: bool) -> bytes:
        bodies = (self.said, self._heard) if self.dialled else (self._heard, self.said)
        digests = b"".join(sha256(body).digest() for body in bodies)
        return bytes([not by_dialler]) + digests + self._terms.binding

    def _proof(self, transcript: bytes) -> bytes:
        secret = self._terms.secret
        return b"" if secret is None else hmac.digest(secret, b"p2ps-group-1" + transcript, "sha256")
