"""The only room that opens what is shared and what is fetched.

Everything here may block: it is called from workers, or while a program starts.
What a stranger may name is opened by `open_beneath` alone; what is being received is
written to a `Draft`, or to a `scratch_file` when it is only to be played.
"""

from p2pstream.data.disk.beneath import open_beneath, open_folder
from p2pstream.data.disk.descriptor import DiskFile, open_file
from p2pstream.data.disk.draft import Draft, move_out, open_draft, permit, publish, withdraw
from p2pstream.data.disk.private import KEYS_HERE, is_private, mark_private, private_above
from p2pstream.data.disk.scratch import scratch_file
from p2pstream.data.disk.stamp import Stamp
from p2pstream.data.disk.troubles import SHORT, telling

__all__ = [
    "KEYS_HERE",
    "SHORT",
    "DiskFile",
    "Draft",
    "Stamp",
    "is_private",
    "mark_private",
    "move_out",
    "open_beneath",
    "open_draft",
    "open_file",
    "open_folder",
    "permit",
    "private_above",
    "publish",
    "scratch_file",
    "telling",
    "withdraw",
]
