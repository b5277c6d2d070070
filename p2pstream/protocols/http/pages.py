"""The pages: plain HTML, written by hand, without scripts and without anything from elsewhere.  Pure.

Whatever is not ours passes through `html.escape`, and the policy that is sent along
lets a browser use nothing but the style below.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from urllib.parse import quote

from p2pstream.content.text import count_text, size_text
from p2pstream.content.views import Offered

__all__ = ["CENTRAL_PAGE", "POLICY", "index_page"]

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1f; --paper: #fdfdfb; --faint: #6a6a72; --line: #e3e3de }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e9e9ec; --paper: #17171a; --faint: #9a9aa4; --line: #2d2d33 }
}
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 44rem; padding: 1.5rem 1rem 3rem; background: var(--paper);
  color: var(--ink); font: 1.0625rem/1.4 system-ui, sans-serif }
h1 { margin: 0 0 .25rem; font-size: 1.5rem }
p { margin: 0 0 1.25rem; color: var(--faint) }
ul { margin: 0; padding: 0; list-style: none; border-top: 1px solid var(--line) }
li { border-bottom: 1px solid var(--line) }
a { display: flex; gap: 1rem; align-items: baseline; padding: .8rem .25rem; color: inherit;
  text-decoration: none }
a:hover bdi, a:focus bdi { text-decoration: underline }
bdi { flex: 1; min-width: 0; overflow-wrap: anywhere }
small { color: var(--faint); white-space: nowrap; font-variant-numeric: tabular-nums }
"""
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()

#: The value of Content-Security-Policy for everything that is text.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def index_page(offers: Sequence[Offered], most: int) -> bytes:
    """The page of a peer: what it shares, each with its size, under its link.

    :param offers: sorted; one more than ``most`` when there are more than that.
    """
    shown = sorted(offers[:most], key=lambda offered: (offered.name.casefold(), offered.name))
    items = "".join(map(_item, shown))
    size = size_text(sum(offered.length for offered in shown))
    if len(offers) > most:
        said = f"The first {most} of the files that are shared here, {size}."
    elif shown:
        said = f"{count_text(len(shown), 'file')}, {size}."
    else:
        said = "Nothing is shared here at the moment."
    return _page("Shared here", f"<p>{said}</p>\n" + (f"<ul>\n{items}</ul>\n" if items else ""))


def _item(offered: Offered) -> str:
    link, name = quote(offered.name, safe=""), escape(offered.name)
    size = size_text(offered.length)
    return f'<li><a href="/share/{link}"><bdi>{name}</bdi> <small>{size}</small></a></li>\n'


def _page(title: str, body: str) -> bytes:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title} · p2pstream</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n<h1>{title}</h1>\n{body}</body>\n</html>\n"
    ).encode()


#: The page of a central.
CENTRAL_PAGE = _page(
    "A central of p2pstream",
    "<p>It tells players who has which film, and has none itself.</p>\n",
)
