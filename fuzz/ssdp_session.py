"""A device that hears anything: ``python fuzz/ssdp_session.py -max_total_time=10``.

Each datagram is as long as the byte before it says, twice.
"""

from __future__ import annotations

from ipaddress import IPv4Interface
from random import Random

from p2pstream.limits import LIMITS
from p2pstream.protocols.ssdp import messages, session
from p2pstream.protocols.ssdp.messages import GROUP, Device

DEVICE = Device("12345678-9abc-8def-8123-456789abcdef", 2050, "/dlna/device.xml", 1)


def target(raw: bytes) -> None:
    """Whoever asked is answered, nobody else, within the time that there is, and no more than may be."""
    device = session.SsdpSession(DEVICE, Random(0))
    device.settle((IPv4Interface("192.168.1.7/24"),), 0.0)
    place = asked = 0
    while place < len(raw):
        stop = place + 1 + 2 * raw[place]
        datagram = raw[place + 1 : stop]
        asked += messages.read_search(datagram) is not None
        device.receive(datagram, "192.168.1.9", 50000, 1.0)
        place = stop
    answers = [each for each in device.to_send(1.0 + LIMITS.ssdp_wait_s) if each.host != GROUP]
    assert len(answers) <= min(LIMITS.ssdp_each, len(DEVICE.targets) * asked)
    assert all((each.host, each.port) == ("192.168.1.9", 50000) for each in answers)


if __name__ == "__main__":
    from running import run

    run(target, [messages, session], "ssdp_session")
