"""What a browser may do on behalf of a page: its Content-Security-Policy.  Pure."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

__all__ = ["policy"]

_OWN = "'self'"


def policy(
    *, scripts: bool = False, forms: bool = False, peers: Collection[str] = (), pictures: Collection[str] = ()
) -> str:
    """Nothing, but the style and pictures of our own, and what is said here.

    :param scripts: modules of our own, films of our own, and asking our own address.
    :param forms: that lead to our own address.
    :param peers: origins from which films come, and what belongs to them.
    :param pictures: from where these may come, too.
    """
    own = [_OWN] if scripts else []
    peers = [_named(each) for each in peers]
    sources = {
        "default-src": ["'none'"],
        "style-src": [_OWN],
        "img-src": [_OWN, *peers, *pictures],
        "script-src": own,
        "connect-src": [*own, *peers],
        # What a script puts together (Media Source Extensions) has an address of its own.
        "media-src": [*own, *(["blob:"] if own else []), *peers],
        "base-uri": ["'none'"],
        "form-action": [_OWN if forms else "'none'"],
        "frame-ancestors": ["'none'"],
    }
    return "; ".join(f"{name} {' '.join(dict.fromkeys(each))}" for name, each in sources.items() if each)


def _named(origin: str) -> str:
    """As a policy names it, which has no word for an IPv6 address (CSP 3, section 2.3.1): that is any."""
    return origin if "[" not in origin else f"{urlsplit(origin).scheme}:"
