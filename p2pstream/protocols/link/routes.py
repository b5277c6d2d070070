"""Which frame types are whose on one link, and how they are taken.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from p2pstream.codes import Code
from p2pstream.errors import PeerError
from p2pstream.limits import Limits
from p2pstream.protocols.link.family import Family
from p2pstream.protocols.link.incoming import Rule
from p2pstream.protocols.link.talk import OWN

__all__ = ["Routes"]

#: Types that are dropped where they are not known, so that later versions may add some.
OPTIONAL = range(0x80, 0xC0)


class Routes:
    """The link's own types, and those of its families; it holds nothing but these.

    :param families: no two of which have a type in common.
    """

    __slots__ = ("_families", "_limits")

    def __init__(self, families: Sequence[Family], limits: Limits) -> None:
        self._families = families
        self._limits = limits

    def owner(self, type: int) -> Family:
        """Whose frames of that type are; raises `PeerError` when they are nobody's."""
        for family in self._families:
            if type in family.ceilings:
                return family
        raise _unknown(type)

    def rule(self, type: int) -> Rule:
        """How frames of that type are taken; raises `PeerError` for one that nobody knows."""
        for family in self._families:
            most = family.ceilings.get(type)
            if most is not None:
                head = family.heads.get(type)
                bound = self._limits.link_frame_bytes if head is None else self._limits.link_run_bytes
                return _rule(most if most < bound else bound, head, False)
        own = _OWN_RULES.get(type)
        if own is not None:
            return own
        if type in OPTIONAL:
            return _rule(self._limits.link_frame_bytes, None, True)
        raise _unknown(type)


def _unknown(type: int) -> PeerError:
    return PeerError(f"nothing here speaks frames of type {type:02x}", Code.UNKNOWN_TYPE)


@lru_cache(256)
def _rule(most: int, head: int | None, ignored: bool) -> Rule:
    """The same rule for the same bounds: there are few, and links by the thousand."""
    return Rule(most, head, ignored)


_OWN_RULES = {type: Rule(kind.MOST) for type, kind in OWN.items()}
