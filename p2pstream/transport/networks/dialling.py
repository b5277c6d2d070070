"""Why a dial failed, in few words."""

from __future__ import annotations

import os

from twisted.internet.error import ConnectError, DNSLookupError, TimeoutError, UserError

from p2pstream.content.text import fault_text

__all__ = ["dial_trouble"]


def dial_trouble(fault: Exception) -> str:
    """What to tell a person: ``connection refused``, ``no such host``, ``no answer``."""
    if isinstance(fault, TimeoutError):
        return "no answer"
    if isinstance(fault, DNSLookupError):
        return "no such host"
    if isinstance(fault, UserError):
        return "it was given up"
    number = getattr(fault, "osError", None)
    if isinstance(fault, ConnectError) and isinstance(number, int):
        return os.strerror(number).lower()
    if isinstance(fault, OSError) and fault.strerror:
        return fault.strerror.lower()
    return fault_text(fault, 120).rstrip(" .")
