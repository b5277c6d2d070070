"""Which frame types are whose on one link, and how they are taken.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from p2pstream.codes import Code
from p2pstream.errors import PeerError
from p2pstream.limits import Limits
from p2pstream.protocols.link.family import Family, FamilyKind, Speaker
from p2pstream.protocols.link.incoming import Rule
from p2pstream.protocols.link.talk import OWN

__all__ = ["kind_of", "kinds_of", "rule_of"]

#: Types that are dropped where they are not known, so that later versions may add some.
OPTIONAL = range(0x80, 0xC0)


def kinds_of(families: Sequence[Family], speaker: Speaker | None) -> Sequence[FamilyKind]:
    """All that are spoken on a link; mostly the same for all links."""
    if speaker is None:
        return families
    return (*families, *speaker.kinds) if families else speaker.kinds


def kind_of(kinds: Iterable[FamilyKind], type: int) -> FamilyKind:
    """Whose frames of that type are, of kinds that have none in common.

    :raises PeerError: they are nobody's.
    """
    for kind in kinds:
        if type in kind.ceilings:
            return kind
    raise _unknown(type)


def rule_of(kinds: Iterable[FamilyKind], type: int, limits: Limits) -> Rule:
    """How frames of that type are taken, which is of one of these, or the link's own.

    :raises PeerError: nobody knows it.
    """
    for kind in kinds:
        most = kind.ceilings.get(type)
        if most is not None:
            head = kind.heads.get(type)
            bound = limits.link_frame_bytes if head is None else limits.link_run_bytes
            return _rule(most if most < bound else bound, head, False)
    own = _OWN_RULES.get(type)
    if own is not None:
        return own
    if type in OPTIONAL:
        return _rule(limits.link_frame_bytes, None, True)
    raise _unknown(type)


def _unknown(type: int) -> PeerError:
    return PeerError(f"nothing here speaks frames of type {type:02x}", Code.UNKNOWN_TYPE)


@lru_cache(256)
def _rule(most: int, head: int | None, ignored: bool) -> Rule:
    """The same rule for the same bounds: there are few, and links by the thousand."""
    return Rule(most, head, ignored)


_OWN_RULES = {type: Rule(kind.MOST) for type, kind in OWN.items()}
