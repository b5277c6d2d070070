"""What a program must know to change something: only its user's programs can read it.  Pure."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from hmac import compare_digest

from p2pstream.values import value

__all__ = ["HEADER", "Token"]

#: Where it is shown.
HEADER = b"X-P2PStream-Token"
_BYTES = 24


@value
class Token:
    """32 characters that nobody guesses."""

    text: str

    @classmethod
    def fresh(cls, chance: Callable[[int], bytes]) -> Token:
        """Another one than any before.

        :param chance: so many bytes that nobody foresees: `os.urandom`.
        """
        return cls(urlsafe_b64encode(chance(_BYTES)).decode("ascii"))

    def admits(self, shown: bytes | None) -> bool:
        """Whether that is it; takes as long whatever is shown."""
        return compare_digest(self.text.encode("ascii"), shown or b"")
