"""Watch a film while it downloads from everyone on the network who has it.

The public API is :mod:`p2pstream.interfaces` (every seam), :mod:`p2pstream.errors`
and :mod:`p2pstream.testing` (what a provider of a seam tests itself with).
Importing this package costs nothing: the parts are imported by name, where they
are used.
"""

__version__ = "0.2.0.dev0"

__all__ = ["__version__"]
