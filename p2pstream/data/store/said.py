"""What the files of a stream say is in them.  Blocks: for workers."""

from __future__ import annotations

import errno
import re

from p2pstream.content.ranges import Ranges
from p2pstream.data.state import Damaged
from p2pstream.data.store.claims import Claims, claims_bytes
from p2pstream.data.store.places import Place
from p2pstream.interfaces import IDisk, IStateFile
from p2pstream.values import value

__all__ = ["Said", "read_claims", "said"]

_WRITTEN = re.compile(rb"[^\0]+")


@value
class Said:
    """Nobody has looked at any of it.

    :ivar claimed: was durable at the last checkpoint.
    :ivar fresh: may be there beside that.
    :ivar used: see `Claims`.
    """

    claimed: Ranges
    fresh: Ranges
    used: int = 0


def read_claims(disk: IDisk, place: Place) -> Claims | None:
    """The claims of a stream; None where nothing was claimed.

    :raises Damaged: what they said is lost.
    :raises OSError: the disk refuses.
    :raises errors.StorageError: a newer program wrote them.
    """
    try:
        raw = disk.read(place.units, claims_bytes(place.key))
    except FileNotFoundError:
        return None
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        raise Damaged(f"{place.units} is too long") from error
    return Claims.decode(place.key, raw, place.units)


def said(disk: IDisk, place: Place, news: IStateFile) -> Said:
    """What is claimed, and what was written since.

    :param news: a byte for each unit that was written.
    :raises OSError: the disk refuses.
    :raises errors.StorageError: a newer program wrote the claims.
    """
    fresh = Ranges(run.span() for run in _WRITTEN.finditer(news.pread(0, place.key.units)))
    try:
        claims = read_claims(disk, place)
    except Damaged:
        # What it said may be anything.
        return Said(Ranges(), Ranges([(0, place.key.units)]))
    if claims is None:
        return Said(Ranges(), fresh)
    return Said(claims.units, fresh.without(claims.units), claims.used)
