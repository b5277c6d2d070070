"""Which firewall guards this machine, as far as one who is not its administrator can see."""

from __future__ import annotations

import os

from p2pstream.data.disk import open_file
from p2pstream.errors import StorageError

__all__ = ["firewall_in_use"]


def firewall_in_use(root: str = "/") -> str | None:
    """``ufw``, ``firewalld`` or ``nft``; None: none that is known to be on.  Reads small files.

    :param root: where the system's folders are.
    """
    if "\nenabled=yes" in f"\n{_text(os.path.join(root, 'etc/ufw/ufw.conf'))}".lower():
        return "ufw"
    if os.path.isdir(os.path.join(root, "run/firewalld")):
        return "firewalld"
    # nft itself tells its rules to root alone; systemd's link says that it is on.
    units = os.path.join(root, "etc/systemd/system")
    if os.path.lexists(os.path.join(units, "sysinit.target.wants/nftables.service")):
        return "nft"
    return None


def _text(path: str) -> str:
    try:
        file = open_file(path)
    except StorageError:
        return ""
    try:
        return file.pread(0, 65_536).decode("utf-8", "replace")
    except OSError:
        return ""
    finally:
        file.close()
