r"""Messages of SSDP: heads of HTTP, each in one datagram of UDP.  Pure.

UPnP Device Architecture 1.1, sections 1.1 to 1.3.  ``M-SEARCH * HTTP/1.1`` asks,
``HTTP/1.1 200 OK`` answers, and ``NOTIFY * HTTP/1.1`` tells all that a device is there, or goes.
"""

from __future__ import annotations

import re

from p2pstream.content.dlna import DEVICE, ROOT_DEVICE, SERVER, SERVICES
from p2pstream.limits import LIMITS, Limits
from p2pstream.values import value

__all__ = ["GROUP", "PORT", "Device", "DeviceSearch", "alive", "answer", "byebye", "read_search"]

#: Where everybody listens.
GROUP, PORT = "239.255.255.250", 1900
_SEARCH = re.compile(rb"M-SEARCH \* HTTP/1\.[01]", re.IGNORECASE)
_NUMBER = re.compile(rb"[0-9]{1,5}")
#: A target: printable ASCII without blanks.
_TARGET = re.compile(rb"[!-~]{1,256}")


@value
class DeviceSearch:
    """Somebody looks for devices or services."""

    #: A device or a service, by its type or its UUID; or ``ssdp:all``.
    target: str
    #: In how many seconds, at most, all are to answer, each at a moment of its own; 0: at once.
    within_s: int


@value
class Device:
    """What we tell of ourselves."""

    #: As in `content.dlna.device_uuid`.
    uuid: str
    #: The port and the path of its description.
    port: int
    path: str
    #: A number that is larger each time it starts (BOOTID.UPNP.ORG).
    boot: int

    @property
    def targets(self) -> tuple[str, ...]:
        """All that it may be looked for by."""
        return (ROOT_DEVICE, f"uuid:{self.uuid}", DEVICE, *SERVICES)

    def name_of(self, target: str) -> str:
        """The USN: the target as this very device's."""
        own = f"uuid:{self.uuid}"
        return own if target == own else f"{own}::{target}"

    def found_by(self, search: DeviceSearch) -> tuple[str, ...]:
        """As which of its targets it answers."""
        if search.target == "ssdp:all":
            return self.targets
        return tuple(target for target in self.targets if target == search.target)


def read_search(raw: bytes, limits: Limits = LIMITS) -> DeviceSearch | None:
    """The search in a datagram; None: it is none, or none that is as searches are."""
    if len(raw) > limits.ssdp_bytes:
        return None
    first, *lines = raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
    if not _SEARCH.fullmatch(first) or len(lines) > limits.ssdp_headers:
        return None
    headers = {
        name.strip().upper(): value.strip() for name, _, value in (line.partition(b":") for line in lines)
    }
    target, wait = headers.get(b"ST", b""), headers.get(b"MX", b"0")
    if headers.get(b"MAN") != b'"ssdp:discover"' or not _TARGET.fullmatch(target):
        return None
    if not _NUMBER.fullmatch(wait):
        return None
    return DeviceSearch(target.decode("ascii"), int(wait))


def answer(device: Device, target: str, host: str, limits: Limits = LIMITS) -> bytes:
    """What whoever searched is told.

    :param host: our address, as whoever is told sees it.
    """
    return _head(
        "HTTP/1.1 200 OK",
        ("CACHE-CONTROL", f"max-age={limits.ssdp_age_s:.0f}"),
        ("EXT", ""),
        ("LOCATION", _location(device, host)),
        ("SERVER", SERVER),
        ("ST", target),
        ("USN", device.name_of(target)),
        ("BOOTID.UPNP.ORG", str(device.boot)),
        ("CONFIGID.UPNP.ORG", "1"),
    )


def alive(device: Device, target: str, host: str, limits: Limits = LIMITS) -> bytes:
    """What all are told while it is there; parameters as of `answer`."""
    return _head(
        "NOTIFY * HTTP/1.1",
        ("HOST", f"{GROUP}:{PORT}"),
        ("CACHE-CONTROL", f"max-age={limits.ssdp_age_s:.0f}"),
        ("LOCATION", _location(device, host)),
        ("NT", target),
        ("NTS", "ssdp:alive"),
        ("SERVER", SERVER),
        ("USN", device.name_of(target)),
        ("BOOTID.UPNP.ORG", str(device.boot)),
        ("CONFIGID.UPNP.ORG", "1"),
    )


def byebye(device: Device, target: str) -> bytes:
    """What all are told when it goes."""
    return _head(
        "NOTIFY * HTTP/1.1",
        ("HOST", f"{GROUP}:{PORT}"),
        ("NT", target),
        ("NTS", "ssdp:byebye"),
        ("USN", device.name_of(target)),
        ("BOOTID.UPNP.ORG", str(device.boot)),
        ("CONFIGID.UPNP.ORG", "1"),
    )


def _location(device: Device, host: str) -> str:
    return f"http://{host}:{device.port}{device.path}"


def _head(first: str, *headers: tuple[str, str]) -> bytes:
    lines = [first, *(f"{name}: {value}".rstrip() for name, value in headers), "", ""]
    return "\r\n".join(lines).encode("ascii")
