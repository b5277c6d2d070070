"""What a peer shares of, how much it may use, and where it is listed; the user changes it here.  Pure."""

from __future__ import annotations

from collections.abc import Sequence

from p2pstream.content.shown import ListedAt, PeerLimits, SharedFolder
from p2pstream.content.text import count_text, size_text
from p2pstream.web.frame import PageFrame
from p2pstream.web.icons import icon
from p2pstream.web.markup import Child, Markup, tag
from p2pstream.web.pages.shared import peer_links

__all__ = ["folders_page"]

#: A field, its label, what it is counted in, and what it is for.
_BOUNDS = (
    ("upload", "Upload", "MB/s", "What leaves for others; empty: no limit."),
    ("download", "Download", "MB/s", "What is fetched; empty: no limit."),
    ("cache", "Room on the disk", "GB", "For films that are only watched; empty: no limit."),
)
_UNITS = {"MB/s": 1e6, "GB": 1e9}


def folders_page(
    frame: PageFrame,
    folders: Sequence[SharedFolder],
    bounds: PeerLimits,
    centrals: Sequence[ListedAt],
    token: str,
) -> bytes:
    """The page."""
    left = tag.div(_folders(folders), class_="stack")
    right = tag.div(_limits(bounds), _centrals(centrals), class_="stack")
    return frame.page(
        "Folders",
        tag.div(tag.h1("Folders"), tag.p("and how much this peer may use"), class_="head"),
        tag.noscript(tag.p("To change something here, scripts must be allowed.", class_="note warn")),
        tag.div(left, right, class_="beside"),
        links=peer_links("/folders"),
        scripts=["folders.js"],
        token=token,
    )


def _folders(folders: Sequence[SharedFolder]) -> Markup:
    rows = [_folder(each) for each in folders]
    field = tag.input(
        id="path", name="path", class_="field", required=True, placeholder="/home/ada/Videos",
        autocomplete="off", spellcheck="false", autocapitalize="off",
    )  # fmt: skip
    form = tag.form(
        tag.label("Share another folder", for_="path"),
        tag.div(field, tag.button(icon("plus"), "Share it", class_="button main"), class_="row"),
        tag.p("", class_="small bad", id="path-trouble", role="alert", hidden=True),
        action="/folders", method="get", id="add",
    )  # fmt: skip
    hint = "Every film in it, and in the folders below, is offered to whoever can reach this peer."
    return tag.section(
        tag.h2("Shared folders"),
        tag.ul(rows, class_="list", id="folders"),
        form,
        tag.p(hint, class_="small soft"),
        class_="card",
    )


def _folder(folder: SharedFolder) -> Markup:
    counted = f"{count_text(folder.streams, 'file')}, {size_text(folder.length)}"
    said: Child = counted if folder.looked else "being looked at"
    remove = tag.button(
        "Remove",
        type="button",
        class_="button slim bare",
        data_remove=folder.path,
        aria_label=f"Remove {folder.path}",
    )
    return tag.li(
        tag.div(tag.code(folder.path), tag.span(said, class_="number"), remove, class_="line"),
        tag.p(folder.trouble, class_="small bad") if folder.trouble else None,
        None
        if folder.added
        else tag.p("from the settings: it is back at the next start", class_="small soft"),
        data_key=folder.path,
    )


def _limits(bounds: PeerLimits) -> Markup:
    fields = [_bound(*each, getattr(bounds, each[0])) for each in _BOUNDS]
    local = tag.label(
        tag.input(type="checkbox", name="local", checked=bounds.local),
        " count the local network, too",
        class_="check",
    )
    save = tag.button("Save", type="submit", class_="button main")
    said = tag.span("", role="status", id="limits-said", class_="small soft")
    form = tag.form(
        fields,
        local,
        tag.div(save, said, class_="row"),
        action="/folders",
        method="get",
        id="limits",
        class_="stack",
    )
    return tag.section(tag.h2("Limits"), form, class_="card")


def _bound(name: str, label: str, unit: str, hint: str, value: int | None) -> Markup:
    shown = None if value is None else f"{value / _UNITS[unit]:g}"
    field = tag.input(
        id=name, name=name, class_="field", type="number", min=0, step="any", inputmode="decimal",
        value=shown, data_unit=int(_UNITS[unit]), aria_describedby=f"{name}-hint", placeholder="no limit",
    )  # fmt: skip
    return tag.div(
        tag.label(label, for_=name),
        tag.div(field, tag.span(unit, class_="soft"), class_="row measure"),
        tag.p(hint, class_="small soft", id=f"{name}-hint"),
    )


def _centrals(centrals: Sequence[ListedAt]) -> Markup:
    rows = [_central(each) for each in centrals] or tag.li(
        tag.p("It is told to announce nowhere.", class_="soft")
    )
    return tag.section(tag.h2("Listed at"), tag.ul(rows, class_="list", id="centrals"), class_="card")


def _central(central: ListedAt) -> Markup:
    words = {True: "listed", False: "not listed", None: "asking"}
    kind = {True: "tag good", False: "tag bad", None: "tag"}[central.listed]
    reached = {
        True: f"others reach it at {central.observed}",
        False: "nobody can dial it from there",
        None: "",
    }
    return tag.li(
        tag.div(tag.code(central.central), tag.span(words[central.listed], class_=kind), class_="line"),
        [
            tag.p(each, class_="small soft")
            for each in (central.reason, reached[central.reachable], central.advice)
            if each
        ],
        data_key=central.central,
    )
