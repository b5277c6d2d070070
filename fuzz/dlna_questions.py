"""Questions of televisions: ``python fuzz/dlna_questions.py -max_total_time=10``.

All of an input is an action, its first line what is searched for, and where events are told.
"""

from __future__ import annotations

from xml.etree import ElementTree

from p2pstream.content.library import LibraryFilm
from p2pstream.web.dlna import criteria, didl, soap, subscriptions

ASKER = "192.168.1.9"
FILM = LibraryFilm(7, 0, "film.mp4", 1000, "video/mp4")


def target(raw: bytes) -> None:
    """An action or a fault, criteria or a fault, and nobody told but who asked."""
    line = raw.partition(b"\n")[0].decode("utf-8", "replace")
    try:
        action = soap.read_action(raw)
    except soap.UpnpFault as fault:
        ElementTree.fromstring(soap.fault_xml(fault))
    else:
        soap.answer_xml(action, action.arguments.items())
    try:
        criteria.read_criteria(line)(didl.properties(FILM))
    except soap.UpnpFault as fault:
        assert fault.code == 708
    everybody = subscriptions.Subscriptions(lambda most: bytes(most))
    try:
        everybody.subscribe("s", ASKER, line, line, 0.0)
    except subscriptions.SubscriptionFault as fault:
        assert fault.status == 412
    else:
        (notice,) = everybody.to_tell(1.0, {"s": b""})
        assert (notice.host, notice.port >= 1024, notice.path.isprintable()) == (ASKER, True, True)


if __name__ == "__main__":
    from running import run

    run(target, [criteria, didl, soap, subscriptions], "dlna_questions")
