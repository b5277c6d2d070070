"""What the device is and what its services do, in XML that never changes while it runs.  Pure.

UPnP Device Architecture 1.0, section 2; MediaServer:1, ContentDirectory:1, ConnectionManager:1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from p2pstream import __version__
from p2pstream.content.dlna import CONNECTION_MANAGER, CONTENT_DIRECTORY, DEVICE

__all__ = ["ACTIONS", "ICON_SIZES", "DeviceFacts", "Parameter", "device_xml", "service_xml"]

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_VERSION = "<specVersion><major>1</major><minor>0</minor></specVersion>"
#: Pixels of a side of our picture.
ICON_SIZES = (48, 120)


@dataclass(frozen=True)
class DeviceFacts:
    """What differs from one of us to the next."""

    #: As `content.dlna.device_uuid` makes it.
    uuid: str
    #: What people see in the list of their television.
    title: str


#: An argument of an action: its name, ``in`` or ``out``, and the state variable that it has the type of.
Parameter = tuple[str, str, str]

_BROWSED = (
    ("Result", "out", "A_ARG_TYPE_Result"),
    ("NumberReturned", "out", "A_ARG_TYPE_Count"),
    ("TotalMatches", "out", "A_ARG_TYPE_Count"),
    ("UpdateID", "out", "A_ARG_TYPE_UpdateID"),
)
_PAGED = (
    ("Filter", "in", "A_ARG_TYPE_Filter"),
    ("StartingIndex", "in", "A_ARG_TYPE_Index"),
    ("RequestedCount", "in", "A_ARG_TYPE_Count"),
    ("SortCriteria", "in", "A_ARG_TYPE_SortCriteria"),
)
#: Of each service its actions, each with its arguments in their order.
ACTIONS: Mapping[str, Mapping[str, tuple[Parameter, ...]]] = {
    CONTENT_DIRECTORY: {
        "Browse": (
            ("ObjectID", "in", "A_ARG_TYPE_ObjectID"),
            ("BrowseFlag", "in", "A_ARG_TYPE_BrowseFlag"),
            *_PAGED,
            *_BROWSED,
        ),
        "Search": (
            ("ContainerID", "in", "A_ARG_TYPE_ObjectID"),
            ("SearchCriteria", "in", "A_ARG_TYPE_SearchCriteria"),
            *_PAGED,
            *_BROWSED,
        ),
        "GetSearchCapabilities": (("SearchCaps", "out", "SearchCapabilities"),),
        "GetSortCapabilities": (("SortCaps", "out", "SortCapabilities"),),
        "GetSystemUpdateID": (("Id", "out", "SystemUpdateID"),),
    },
    CONNECTION_MANAGER: {
        "GetProtocolInfo": (
            ("Source", "out", "SourceProtocolInfo"),
            ("Sink", "out", "SinkProtocolInfo"),
        ),
        "GetCurrentConnectionIDs": (("ConnectionIDs", "out", "CurrentConnectionIDs"),),
        "GetCurrentConnectionInfo": (
            ("ConnectionID", "in", "A_ARG_TYPE_ConnectionID"),
            ("RcsID", "out", "A_ARG_TYPE_RcsID"),
            ("AVTransportID", "out", "A_ARG_TYPE_AVTransportID"),
            ("ProtocolInfo", "out", "A_ARG_TYPE_ProtocolInfo"),
            ("PeerConnectionManager", "out", "A_ARG_TYPE_ConnectionManager"),
            ("PeerConnectionID", "out", "A_ARG_TYPE_ConnectionID"),
            ("Direction", "out", "A_ARG_TYPE_Direction"),
            ("Status", "out", "A_ARG_TYPE_ConnectionStatus"),
        ),
    },
}
_NUMBERS = {
    "A_ARG_TYPE_Count": "ui4",
    "A_ARG_TYPE_Index": "ui4",
    "A_ARG_TYPE_UpdateID": "ui4",
    "SystemUpdateID": "ui4",
}
_NUMBERS |= dict.fromkeys(("A_ARG_TYPE_ConnectionID", "A_ARG_TYPE_RcsID", "A_ARG_TYPE_AVTransportID"), "i4")
#: What may be subscribed to.
_EVENTED = frozenset({"SystemUpdateID", "SourceProtocolInfo", "SinkProtocolInfo", "CurrentConnectionIDs"})
_ALLOWED = {
    "A_ARG_TYPE_BrowseFlag": ("BrowseMetadata", "BrowseDirectChildren"),
    "A_ARG_TYPE_Direction": ("Input", "Output"),
    "A_ARG_TYPE_ConnectionStatus": (
        "OK",
        "ContentFormatMismatch",
        "InsufficientBandwidth",
        "UnreliableChannel",
        "Unknown",
    ),
}


def device_xml(facts: DeviceFacts) -> bytes:
    """The description that a search leads to; addresses in it are relative to where that is."""
    said = {
        "deviceType": DEVICE,
        "friendlyName": facts.title,
        "manufacturer": "p2pstream",
        "modelDescription": "Films that a peer of p2pstream shares",
        "modelName": "p2pstream",
        "modelNumber": __version__,
        "UDN": f"uuid:{facts.uuid}",
    }
    icons = "".join(
        f"<icon><mimetype>image/png</mimetype><width>{size}</width><height>{size}</height>"
        f"<depth>24</depth><url>/dlna/icon-{size}.png</url></icon>"
        for size in ICON_SIZES
    )
    return (
        f'{_DECLARATION}<root xmlns="urn:schemas-upnp-org:device-1-0">{_VERSION}<device>'
        f"{_elements(said.items())}"
        '<dlna:X_DLNADOC xmlns:dlna="urn:schemas-dlna-org:device-1-0">DMS-1.50</dlna:X_DLNADOC>'
        f"<iconList>{icons}</iconList><serviceList>{''.join(map(_service, ACTIONS))}</serviceList>"
        "<presentationURL>/</presentationURL></device></root>\n"
    ).encode()


def place_of(service: str) -> str:
    """What the paths of a service begin with, below ``/dlna/``: ``ContentDirectory``."""
    return service.split(":")[3]


def _service(service: str) -> str:
    place = place_of(service)
    said = {
        "serviceType": service,
        "serviceId": f"urn:upnp-org:serviceId:{place}",
        "SCPDURL": f"/dlna/{place}/description.xml",
        "controlURL": f"/dlna/{place}/control",
        "eventSubURL": f"/dlna/{place}/events",
    }
    return f"<service>{_elements(said.items())}</service>"


def service_xml(service: str) -> bytes:
    """What can be asked of a service, and of what type each argument is."""
    actions = "".join(
        f"<action><name>{name}</name><argumentList>{''.join(map(_argument, each))}</argumentList></action>"
        for name, each in ACTIONS[service].items()
    )
    variables = dict.fromkeys(variable for each in ACTIONS[service].values() for _, _, variable in each)
    return (
        f'{_DECLARATION}<scpd xmlns="urn:schemas-upnp-org:service-1-0">{_VERSION}'
        f"<actionList>{actions}</actionList>"
        f"<serviceStateTable>{''.join(map(_variable, variables))}</serviceStateTable></scpd>\n"
    ).encode()


def _argument(argument: Parameter) -> str:
    name, direction, variable = argument
    said = {"name": name, "direction": direction, "relatedStateVariable": variable}
    return f"<argument>{_elements(said.items())}</argument>"


def _variable(name: str) -> str:
    values = "".join(f"<allowedValue>{value}</allowedValue>" for value in _ALLOWED.get(name, ()))
    allowed = f"<allowedValueList>{values}</allowedValueList>" if values else ""
    evented = "yes" if name in _EVENTED else "no"
    kind = _NUMBERS.get(name, "string")
    return (
        f'<stateVariable sendEvents="{evented}"><name>{name}</name><dataType>{kind}</dataType>{allowed}'
        "</stateVariable>"
    )


def _elements(said: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<{name}>{escape(value)}</{name}>" for name, value in said)
