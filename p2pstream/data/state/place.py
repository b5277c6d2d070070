"""Where the private folder is, unless somebody says otherwise."""

from __future__ import annotations

import os
from collections.abc import Mapping

__all__ = ["state_place"]


def state_place(environ: Mapping[str, str]) -> str:
    """``p2pstream`` in the folder of the XDG base directory specification, ``~/.local/state`` as a rule."""
    above = environ.get("XDG_STATE_HOME", "")
    # The specification: a relative path is to be ignored.
    if not os.path.isabs(above):
        above = os.path.expanduser("~/.local/state")
    return os.path.join(above, "p2pstream")
