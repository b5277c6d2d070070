"""Which frame types are whose on one link, and how they are taken.  Pure."""

from __future__ import annotations

from collections.abc import Sequence

from p2pstream.errors import PeerError
from p2pstream.limits import Limits
from p2pstream.protocols.link.codes import Code
from p2pstream.protocols.link.family import Family
from p2pstream.protocols.link.incoming import Rule
from p2pstream.protocols.link.talk import OWN

__all__ = ["Routes"]

#: Types that are dropped where they are not known, so that later versions may add some.
OPTIONAL = range(0x80, 0xC0)


class Routes:
    """The link's own types, and those of its families."""

    def __init__(self, families: Sequence[Family], limits: Limits) -> None:
        self.owners: dict[int, Family] = {}
        self._rules = {type: Rule(kind.MOST) for type, kind in OWN.items()}
        self._ignored = Rule(limits.link_frame_bytes, ignored=True)
        for family in families:
            for type, most in family.ceilings.items():
                assert type not in self._rules, f"type {type:02x} has two owners"
                head = family.heads.get(type)
                bound = limits.link_frame_bytes if head is None else limits.link_run_bytes
                self._rules[type] = Rule(min(most, bound), head)
                self.owners[type] = family

    def rule(self, type: int) -> Rule:
        """How frames of that type are taken; raises `PeerError` for one that nobody knows."""
        rule = self._rules.get(type)
        if rule is None and type in OPTIONAL:
            return self._ignored
        if rule is None:
            raise PeerError(f"nothing here speaks frames of type {type:02x}", Code.UNKNOWN_TYPE)
        return rule
