"""What programs ask of the API: ``python fuzz/api_calls.py -max_total_time=10``.

The first byte of an input says which operation; its first line is a query, the rest a body.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from p2pstream.errors import UsageError
from p2pstream.testing.views.fake_views import FakePeerView
from p2pstream.web.api import calls
from p2pstream.web.api.peer import PeerOperations

PEER = FakePeerView()
TABLE = PeerOperations(PEER, PEER).table


def target(received: bytes) -> None:
    """What is understood is what the operation says; all else is refused in words."""
    operation = TABLE[(received or b"\0")[0] % len(TABLE)]
    query, _, body = received[1:].partition(b"\n")
    try:
        given = parse_qs(query, keep_blank_values=True, max_num_fields=64)
    except ValueError:
        return
    try:
        parsed = calls.parse_query(operation.parameters, given)
        fields = calls.parse_body(operation, body)
    except UsageError as fault:
        assert str(fault).isprintable(), fault
        return
    for parameter in operation.parameters:
        value = parsed[parameter.name]
        assert isinstance(value, parameter.kind), parameter
        assert parameter.kind is str or parameter.least <= value <= parameter.most, value
    assert fields.keys() <= operation.body.keys()
    assert operation.body.keys() - operation.optional <= fields.keys()
    assert all(type(value) in (str, int, bool, type(None)) for value in fields.values()), fields


if __name__ == "__main__":
    from running import run

    run(target, [calls], "api_calls")
