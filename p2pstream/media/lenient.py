"""How a film is opened whose texts are not all as they should be."""

from __future__ import annotations

from typing import Any

import av

__all__ = ["LENIENT"]

#: What is no UTF-8 in a film's texts is replaced; from 19 on PyAV does so by itself.
LENIENT: dict[str, Any] = {"metadata_errors": "replace"} if int(av.__version__.split(".")[0]) < 19 else {}
