"""Every parser of the classic protocol: ``python fuzz/classic_messages.py -max_total_time=10``."""

from __future__ import annotations

from p2pstream.errors import BadName
from p2pstream.protocols.classic import messages


def target(received: bytes) -> None:
    """Bytes as a name, and as a reply to somebody who asked for the first part of them."""
    name = None
    try:
        name = messages.decode_name(received)
    except BadName as fault:
        assert str(fault).isprintable()
    if name is not None and len(received) <= 255:
        assert messages.may_be_name(received), received
    asked, _, reply = received.partition(b"\n")
    outcome = messages.parse_reply(asked.decode("utf-8", "replace"), reply)
    if isinstance(outcome, messages.AddressList):
        assert all(peer.is_ipv4 and peer.is_dialable for peer in outcome.addresses), outcome
        again = messages.parse_reply("?", messages.encode_reply(outcome.addresses))
        assert again == messages.AddressList(outcome.addresses[:6]), (outcome, again)
    elif isinstance(outcome, messages.Garbage):
        assert outcome.why.isprintable()


if __name__ == "__main__":
    from running import run

    run(target, [messages], "classic_messages")
