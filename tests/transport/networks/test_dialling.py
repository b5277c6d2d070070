"""Why a dial failed, in few words."""

from __future__ import annotations

import errno
import socket

from twisted.internet.error import (
    ConnectionRefusedError,
    DNSLookupError,
    NoRouteError,
    TimeoutError,
    UserError,
)
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.transport.networks.dialling import dial_trouble


class DialTests(SynchronousTestCase):
    """What people read."""

    def test_in_words(self) -> None:
        """Each of Twisted's errors has a few words without its number and full stop."""
        cases = {
            ConnectionRefusedError(errno.ECONNREFUSED): "connection refused",
            NoRouteError(errno.EHOSTUNREACH): "no route to host",
            TimeoutError(): "no answer",
            UserError(): "it was given up",
            DNSLookupError("no such thing"): "no such host",
            socket.gaierror(-2, "Name or service not known"): "name or service not known",
        }
        for fault, words in cases.items():
            self.assertEqual(dial_trouble(fault), words)

    def test_anything_else_is_printable(self) -> None:
        """What nobody expected is named with its kind, on one line."""
        said = dial_trouble(ValueError("\x1b[2J\nhuh."))
        self.assertEqual(said, "ValueError: \\x1b[2J\\nhuh")
