"""The one switch that forces the portable roads."""

from __future__ import annotations

import os

__all__ = ["portable_only"]


def portable_only() -> bool:
    """Whether ``P2PSTREAM_PORTABLE=1``: do without openat2, O_TMPFILE, preadv2, sendfile.

    What other systems lack is left out on Linux too, so that one suite tests both roads.
    """
    return os.environ.get("P2PSTREAM_PORTABLE", "") not in ("", "0")
