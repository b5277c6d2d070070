"""Whose film of each name this user took first: those come first from then on.

A name is as good as the central that answers for it; what a user has taken once tells an
heir or an impostor from the one of then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence

from p2pstream.content.folding import fold
from p2pstream.content.keys import LiveKey, to_base32
from p2pstream.content.listed import ListedName, Standing
from p2pstream.content.namespaces import split_name
from p2pstream.content.text import printable
from p2pstream.errors import Refused
from p2pstream.interfaces import IEvents

__all__ = ["Publishers", "is_taken"]


def is_taken(listed: ListedName, pins: Mapping[str, bytes]) -> bool | None:
    """Whether it is by whom the user took that name from; None: the user never took it."""
    pin = pins.get(fold(listed.name))
    if pin is None or split_name(listed.name)[0] is not None:
        return None
    return listed.record is not None and pin in (listed.record.publisher, listed.record.heir_of)


class Publishers:
    """Remembers them, orders answers by that, and warns.

    A name in a publisher's own namespace says whose it is, and needs no memory.

    :param pins: public keys of publishers by folded name; of broadcasts those of channels as well, behind
        a space, with which no name begins.
    :param accept: forget whom a name was taken from: whoever comes first now is remembered.
    """

    def __init__(self, pins: MutableMapping[str, bytes], events: IEvents, accept: bool = False) -> None:
        self._pins = pins
        self._events = events
        self._accept = accept

    def ordered(self, names: Iterable[ListedName]) -> list[ListedName]:
        """The taken one, then the owner's, then others'."""
        if self._accept:
            return list(names)
        # Sorted stably: the rest stays as the central told it.
        return sorted(names, key=lambda each: is_taken(each, self._pins) is not True)

    def took(self, name: str, taken: ListedName | None, names: Sequence[ListedName]) -> None:
        """The user takes this one of them; None: something that nobody signed."""
        if split_name(name)[0] is not None:
            return
        folded, record = fold(name), taken.record if taken is not None else None
        pin, publisher = self._pins.get(folded, b""), record.publisher if record is not None else b""
        if not pin and not self._accept and taken is not None and taken.standing is Standing.OTHER:
            # A guest of the name must not become its host by being there when the owner is not.
            self._events.happened("owner_absent", name=name, publisher=to_base32(publisher))
        elif not pin or self._accept:
            self._pin(folded, publisher)
        elif record is not None and record.heir_of == pin:
            # Signed by the one of then as well: the memory moves with the name.
            self._pin(folded, publisher)
            self._events.happened("publisher_moved", name=name, publisher=to_base32(publisher))
        elif publisher == pin:
            self._compare(name, pin, names)
        else:
            now = to_base32(publisher) if publisher else None
            self._events.happened("publisher_changed", name=name, publisher=now, before=to_base32(pin))

    def watched(self, name: str, channel: LiveKey) -> None:
        """The user watches that broadcast of a name: no other channel is ever taken for it.

        A film that changed can be looked at; of a broadcast nobody knows what comes next.

        :raises Refused: it was another channel before.
        """
        if split_name(name)[0] is not None:
            return
        folded = " " + fold(name)
        pin = self._pins.get(folded)
        if pin is not None and pin != channel.public and not self._accept:
            raise Refused(
                f"“{printable(name, 80)}” is not broadcast by whom you watched under that name: another key"
                " signs it; if that is all right, --accept-publisher says so"
            )
        if pin != channel.public:
            self._pins[folded] = channel.public

    def _compare(self, name: str, pin: bytes, names: Sequence[ListedName]) -> None:
        """Tell if the name is somebody else's by now."""
        owners = (each.record for each in names if each.standing is Standing.OWNER)
        owner = next((record.publisher for record in owners if record is not None), pin)
        if owner != pin:
            said = {"publisher": to_base32(pin), "owner": to_base32(owner)}
            self._events.happened("owner_differs", name=name, **said)

    def _pin(self, folded: str, publisher: bytes) -> None:
        if publisher and self._pins.get(folded) != publisher:
            self._pins[folded] = publisher
