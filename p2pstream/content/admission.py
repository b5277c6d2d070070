"""Who may ask a node for something over HTTP: a value that what is asked for says of itself."""

from __future__ import annotations

from enum import Enum

__all__ = ["FORWARDED", "Admission"]

#: What proxies add: whoever is behind one need not be where it is.
FORWARDED = (b"forwarded", b"via", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip")


class Admission(Enum):
    """Who may ask; also those must call us by a name that is ours."""

    PUBLIC = "anybody, and the pages of any site: it is the same for all, and changes nothing"
    PAGES = "anybody, and pages of ours; a person may come from elsewhere by a link, a page may not"
    NEARBY = "programs on this machine, and on networks that it is on; no web page"
    OWN = "programs and pages of ours on this machine alone: it does something on its user's behalf"
