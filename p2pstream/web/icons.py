"""Small pictures, drawn with one stroke, in the colour of the text beside them.  Pure."""

from __future__ import annotations

from p2pstream.web.markup import Markup, tag

__all__ = ["LOGO", "icon"]

_STROKES = {
    "play": "M7 4.5v15l12-7.5z",
    "search": "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM20 20l-4.9-4.9",
    "seed": "M12 21v-9M12 12c0-4-3-6-7.5-6 0 4 3 6 7.5 6z"
    "M12 14.5c0-3.5 2.8-5.5 7.5-5.5 0 3.5-2.8 5.5-7.5 5.5z",
    "eye": "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12z"
    "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "down": "M12 4v13M6.5 11.5L12 17l5.5-5.5M5 20.5h14",
    "up": "M12 20V7M6.5 12.5L12 7l5.5 5.5M5 3.5h14",
    "folder": "M3 6.5h6.5l2 2.5H21v10.5H3z",
    "plus": "M12 5v14M5 12h14",
    "cross": "M6 6l12 12M18 6L6 18",
    "film": "M4 4h16v16H4zM8 4v16M16 4v16M4 8.5h4M4 12h4M4 15.5h4M16 8.5h4M16 12h4M16 15.5h4",
    "peers": "M7 5.5v13L18.5 12zM7 7.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM7 20.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"
    "M18.5 14a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
    "warning": "M12 4L2.5 20h19zM12 10v4.5M12 17.5v.01",
    "screen": "M3 5h18v12H3zM8 21h8M12 17v4",
    "back": "M10 6l-6 6 6 6M4 12h16",
}

LOGO = tag.svg(
    tag.path(
        d="M9 6v20l17-10z", stroke="currentColor", stroke_width="2", stroke_linejoin="round", opacity=".45"
    ),
    [tag.circle(cx=x, cy=y, r=r, fill="currentColor") for x, y, r in ((9, 6, 3), (9, 26, 3), (26, 16, 4))],
    viewBox="0 0 32 32", aria_hidden="true", class_="logo",
)  # fmt: skip


def icon(name: str) -> Markup:
    """The picture of that name; it says nothing to who cannot see it, so there are words beside it."""
    filled = "currentColor" if name == "play" else None
    stroke = tag.path(
        d=_STROKES[name], fill=filled, stroke="currentColor", stroke_width="1.8",
        stroke_linecap="round", stroke_linejoin="round",
    )  # fmt: skip
    return tag.svg(stroke, viewBox="0 0 24 24", aria_hidden="true")
