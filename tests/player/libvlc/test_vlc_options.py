from __future__ import annotations

import os
from dataclasses import replace

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.limits import LIMITS
from p2pstream.player.libvlc.vlc_options import hardware_option, prefetch_options


class HardwareTests(SynchronousTestCase):
    def test_never(self) -> None:
        """Hardware is not touched unless it may be."""
        self.assertEqual(hardware_option("none"), "--avcodec-hw=none")

    def test_where_there_is_some(self) -> None:
        """Hardware is looked for where there is some; libvlc itself falls back."""
        exists = {True: "--avcodec-hw=any", False: "--avcodec-hw=none"}
        self.assertEqual(hardware_option("auto"), exists[os.path.exists("/dev/dri")])


class PrefetchTests(SynchronousTestCase):
    def test_bound(self) -> None:
        """Libvlc is told the bound in whole kibibytes, and never more than it."""
        for size, told in ((2_097_152, 2048), (2_097_153, 2048), (2_097_151, 2047)):
            options = prefetch_options(replace(LIMITS, prefetch_bytes=size))
            # The second is what makes libvlc heed the first.
            self.assertEqual(options, (f":prefetch-buffer-size={told}", ":prefetch-read-size=65536"))
