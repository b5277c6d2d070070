"""Who may ask a node for something over HTTP: a value that what is asked for says of itself."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

__all__ = ["Admission", "is_forwarded"]

#: What proxies add: whoever is behind one need not be where it is.
_FORWARDED = (b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip")


class Admission(Enum):
    """Who may ask; also those must call us by a name that is ours."""

    PUBLIC = "anybody, and the pages of any site: it is the same for all, and changes nothing"
    PAGES = "anybody, and pages of ours; a person may come from elsewhere by a link, a page may not"
    NEARBY = "programs on this machine, and on networks that it is on; no web page"
    OWN = "programs and pages of ours on this machine alone: it does something on its user's behalf"


def is_forwarded(header: Callable[[bytes], object]) -> bool:
    """Whether a proxy passes a request on, so that who asks need not be where that is.

    :param header: the value of a header by its name, lower case; what is false when it is not there.
    """
    return any(map(header, _FORWARDED))
