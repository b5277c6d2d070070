"""Private keys, kept from one run to the next."""

from __future__ import annotations

from collections.abc import Callable

from p2pstream.content.signing import KEY_BYTES, Identity
from p2pstream.data.disk import telling
from p2pstream.data.state.seal import seal, unseal
from p2pstream.errors import StorageError
from p2pstream.interfaces import IDisk

__all__ = ["kept_identity"]

_KIND, _VERSION = "identity", 1
_ADVICE = "move it away to be somebody new"
#: The seal and the seed.
_MOST = 256


def kept_identity(disk: IDisk, path: str, chance: Callable[[int], bytes]) -> Identity:
    """The identity whose private key lies there; made, and made durable, if there is none.

    A damaged one is not made anew: others know us by it, so that a person decides.

    :param chance: so many bytes that nobody can guess, `os.urandom`.
    :raises errors.StorageError: it cannot be read or kept, is damaged, or a newer program wrote it.
    """
    title = f"the private key {path}"
    with telling("use", title):
        try:
            raw = disk.read(path, _MOST)
        except FileNotFoundError:
            made = Identity.generate(chance(KEY_BYTES))
            disk.replace(path, seal(_KIND, _VERSION, made.seed))
            return made
    seed = unseal(_KIND, _VERSION, raw, title, _ADVICE)
    if len(seed) != KEY_BYTES:
        raise StorageError(f"{title} has {len(seed)} bytes, not {KEY_BYTES}; {_ADVICE}")
    return Identity(seed)
