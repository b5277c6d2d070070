"""What goes on at a peer: who gives what to whom, what is fetched, how fast.  Pure.

It is how things stand when the page is asked for; ``activity.js`` keeps it so.
"""

from __future__ import annotations

from collections.abc import Sequence

from p2pstream.content.shown import (
    Bearing,
    HashingSnapshot,
    NodeSnapshot,
    ShownFetch,
    ShownTransfer,
    TrafficTotal,
)
from p2pstream.content.text import count_text, duration_text, size_text
from p2pstream.values import value
from p2pstream.web.frame import PageFrame
from p2pstream.web.icons import icon
from p2pstream.web.markup import Child, Markup, spelled, tag
from p2pstream.web.pages.shared import peer_links, reading_note
from p2pstream.web.pages.wall import empty

__all__ = ["Activity", "activity_page", "range_bar"]


@value
class Activity:
    """All of it at one moment."""

    node: NodeSnapshot
    transfers: Sequence[ShownTransfer]
    fetches: Sequence[ShownFetch]
    totals: Sequence[TrafficTotal]
    hashing: HashingSnapshot


def activity_page(frame: PageFrame, shown: Activity) -> bytes:
    """The page."""
    return frame.page(
        "Activity",
        tag.div(tag.h1("Activity"), tag.p(_standing(shown.node), id="standing"), class_="head"),
        tag.p("", class_="note bad", hidden=True, id="lost", role="status"),
        reading_note(shown.hashing),
        tag.div(_rates(shown), _totals(shown), class_="tiles"),
        _map(),
        _fetches(shown.fetches),
        _transfers(shown.transfers),
        links=peer_links("/activity"),
        scripts=["activity.js"],
    )


def _standing(node: NodeSnapshot) -> str:
    if not node.ready:
        return f"waits for {', '.join(node.waiting_for)}"
    trouble = f"; {'; '.join(node.troubles)}" if node.troubles else ""
    return f"ready at {node.address} for {duration_text(node.uptime_s)}{trouble}"


def _rates(shown: Activity) -> Markup:
    figures = [_figure(bearing, shown.transfers) for bearing in (Bearing.IN, Bearing.OUT)]
    graph = tag.div(id="graph", class_="graph", role="img", aria_label="Rates over the last two minutes")
    return tag.section(
        tag.h2("Rates", class_="hush"), tag.div(figures, class_="figures"), graph, class_="card"
    )


def _figure(bearing: Bearing, transfers: Sequence[ShownTransfer]) -> Markup:
    name = "in" if bearing is Bearing.IN else "out"
    rate = sum(each.rate for each in transfers if each.direction is bearing)
    label = tag.span("Receiving" if name == "in" else "Sending", class_=f"label dot-{name}")
    number = f"{size_text(rate)}/s" if rate >= 1 else "–"
    return tag.div(label, tag.strong(number, id=f"rate-{name}", class_="number"), class_="figure")


def _totals(shown: Activity) -> Markup:
    rows = [
        tag.div(tag.dt(text), tag.dd(size_text(_moved(shown, bearing)), id=f"moved-{name}", class_="number"))
        for text, name, bearing in (
            ("Received", "in", Bearing.IN),
            ("Given", "out", Bearing.OUT),
        )
    ]
    connections = tag.div(
        tag.dt("Connections"), tag.dd(str(shown.node.connections), id="connections", class_="number")
    )
    return tag.dl(rows, connections, class_="card totals")


def _moved(shown: Activity, bearing: Bearing) -> int:
    return sum(each.moved for each in shown.totals if each.direction is bearing)


def _map() -> Markup:
    """Where the script draws; whoever cannot see it has the table below."""
    nobody = tag.p("Nobody gives, and nobody takes, at the moment.", class_="soft", id="map-nobody")
    return tag.section(
        tag.h2("Who gives what to whom"),
        tag.div(nobody, id="map", class_="map", aria_hidden="true"),
        tag.noscript(tag.p("A script draws this; the tables below say the same.", class_="soft")),
        class_="card",
    )


def _fetches(fetches: Sequence[ShownFetch]) -> Markup:
    rows = [_fetch(each) for each in fetches]
    nothing = "What a player or a page of this machine watches through this peer is shown here."
    hint = tag.div(empty("down", "Nothing is being fetched", nothing), hidden=bool(rows), id="no-fetches")
    return tag.section(
        tag.h2("Being fetched"), tag.ul(rows, class_="list", id="fetches"), hint, class_="card"
    )


def _fetch(fetch: ShownFetch) -> Markup:
    here = sum(stop - start for start, stop in fetch.have)
    part = f"{size_text(here)} of {size_text(fetch.length)}" if fetch.length else size_text(here)
    rate = f"{size_text(fetch.rate)}/s" if fetch.rate >= 1 else None
    said = fetch.waiting_for or count_text(fetch.users, "reader")
    return tag.li(
        tag.div(
            spelled(fetch.name),
            tag.span(part, class_="number"),
            tag.span(rate, class_="number"),
            class_="line",
        ),
        range_bar(fetch),
        tag.p(said, class_="small soft"),
        data_key=fetch.key,
    )


def range_bar(fetch: ShownFetch) -> Markup:
    """What of it is here, and where its readers are."""
    # Of a broadcast, up to what is newest.
    length = fetch.length or max((stop for _, stop in fetch.have), default=1)
    here = [
        tag.rect(x=_place(start, length), width=_place(stop - start, length), height=8)
        for start, stop in fetch.have
    ]
    at = [tag.rect(x=_place(position, length), width=3, height=8, class_="at") for position in fetch.playing]
    return tag.svg(
        here, at, viewBox="0 0 1000 8", preserveAspectRatio="none", class_="bar", role="img",
        aria_label="Which parts are here",
    )  # fmt: skip


def _place(position: int, length: int) -> float:
    return round(1000 * position / length, 1)


def _transfers(transfers: Sequence[ShownTransfer]) -> Markup:
    heads = ("", "Film", "With", "Moved", "Rate")
    head = tag.thead(tag.tr([tag.th(each, scope="col") for each in heads]))
    body = tag.tbody([_transfer(each) for each in reversed(transfers)], id="transfers")
    table = tag.table(tag.caption("Transfers", class_="hush"), head, body, hidden=not transfers, id="table")
    nothing = "Films move to and from other peers here."
    hint = tag.div(empty("peers", "Nothing moves", nothing), hidden=bool(transfers), id="no-transfers")
    return tag.section(tag.h2("Transfers"), tag.div(table, class_="scroll"), hint, class_="card")


def _transfer(transfer: ShownTransfer) -> Markup:
    comes = transfer.direction is Bearing.IN
    way: Child = (icon("down" if comes else "up"), tag.span("from" if comes else "to", class_="hush"))
    return tag.tr(
        tag.td(way, class_="dot-in" if comes else "dot-out"),
        tag.td(spelled(transfer.name) if transfer.name else tag.span("–", class_="soft")),
        tag.td(tag.code(transfer.address), tag.br(), tag.span(transfer.protocol, class_="small soft")),
        tag.td(size_text(transfer.moved), class_="number"),
        tag.td(f"{size_text(transfer.rate)}/s" if transfer.rate >= 1 else "–", class_="number"),
        data_key=transfer.number,
    )
