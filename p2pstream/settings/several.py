"""What several programs have, and the rows that they have alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from p2pstream.limits import LIMITS
from p2pstream.settings import kinds
from p2pstream.settings.row import Setting, setting

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

__all__ = [
    "CACHE_SIZE",
    "DIALLED_PORT",
    "LISTENING_PORT",
    "WINDOW",
    "DiallingSettings",
    "KeepingSettings",
    "SendingSettings",
    "Settings",
    "certificate",
    "dlna",
    "hostnames",
    "no_exchange",
    "no_mdns",
    "private_key",
]

#: Kinds.
LISTENING_PORT = partial(kinds.whole, 0, 65535)
DIALLED_PORT = partial(kinds.whole, 1, 65535)
CACHE_SIZE = partial(kinds.size, LIMITS.store_cache_least)
WINDOW = partial(kinds.span, LIMITS.live_window_least_s, LIMITS.live_window_most_s)


@dataclass(frozen=True)
class Settings:
    """What every program has."""

    program: ClassVar[str] = ""
    #: What the settings are about that a class adds.
    topic: ClassVar[str] = "settings, keys and secrets"

    config: str | None = setting(
        None,
        kinds.path,
        "--config FILE",
        "read settings from this TOML file (/dev/null: from none)",
        in_file=False,
    )

    @classmethod
    def rows(cls) -> Iterator[Setting]:
        """The table of this program, in the order of its help: its own settings first."""
        own = cls.__annotations__
        for entry in sorted(fields(cls), key=lambda entry: entry.name not in own):
            column = dict(entry.metadata)
            words = column.pop("flags").split()
            flags = tuple(word for word in words if word.startswith("-"))
            argument = " ".join(words[len(flags) :])
            topic = cls._origin(entry.name).topic
            yield Setting(cls.program, entry.name, flags, argument, entry.default, topic=topic, **column)

    @classmethod
    def topics(cls) -> Sequence[str]:
        """What its settings are about, its own first."""
        return list(dict.fromkeys(each.topic for each in cls.__mro__ if issubclass(each, Settings)))

    @classmethod
    def _origin(cls, name: str) -> type[Settings]:
        """Who added it: what counts is the last who says what it is."""
        return next(each for each in cls.__mro__ if name in vars(each).get("__annotations__", ()))


@dataclass(frozen=True)
class KeepingSettings(Settings):
    """What all have that keep something, and talk to others."""

    state: str | None = setting(
        None,
        kinds.path,
        "--state DIR",
        "keep keys and what is known from one run to the next in this private folder"
        " (default: p2pstream in XDG_STATE_HOME, which is ~/.local/state)",
    )
    secret_file: str | None = setting(
        None,
        kinds.path,
        "--secret-file FILE",
        "only talk to those who have the same secret, which this file holds (or P2PSTREAM_SECRET itself)",
    )


@dataclass(frozen=True)
class DiallingSettings(KeepingSettings):
    """What all have that dial peers."""

    topic: ClassVar[str] = "the network"

    local: tuple[IPv4Network | IPv6Network, ...] = setting(
        (),
        kinds.network,
        "--local NET",
        "count this private network as one that this machine is on, as 192.168.7.0/24 behind another router"
        " of yours: its peers are dialled, and come first; may be repeated, or several with commas",
        repeatable=True,
        between=",",
    )


@dataclass(frozen=True)
class SendingSettings(DiallingSettings):
    """What all have that send films to others."""

    upload_limit: int | None = setting(
        None,
        kinds.rate,
        "--upload-limit RATE",
        "send no more than so many bytes a second, all in all: 2M, 500k, 8Mbit (default: whatever goes)",
    )
    limit_local: bool = setting(
        False, kinds.switch, "--limit-local", "have limits count on this machine and its network, too"
    )


def certificate() -> Any:
    """The row of those that show one to who comes by TLS."""
    meaning = (
        "show this certificate and its chain, in PEM, to those who come by TLS or https"
        " (default: one that nobody else signed)"
    )
    return setting(None, kinds.path, "--certificate FILE", meaning)


def private_key() -> Any:
    """The row of the key that goes with that."""
    meaning = "the key of that certificate, in PEM, without a password; not everybody may read the file"
    return setting(None, kinds.path, "--private-key FILE", meaning)


def dlna() -> Any:
    """The row of those that televisions find."""
    meaning = (
        "have televisions and players of your networks find what is shared, by UPnP and DLNA;"
        " never in a closed group"
    )
    return setting(False, kinds.switch, "--dlna", meaning)


def no_exchange() -> Any:
    """The row of those that peers tell of others."""
    meaning = "neither tell peers of other peers of a stream, nor be told"
    return setting(False, kinds.switch, "--no-exchange", meaning)


def no_mdns() -> Any:
    """The row of those that look for peers of the local network, and may be found there."""
    meaning = (
        "neither tell the local network by mDNS that a peer is here, nor look for peers there;"
        " a closed group never does"
    )
    return setting(False, kinds.switch, "--no-mdns", meaning)


def hostnames() -> Any:
    """The row of those that browsers open."""
    meaning = "answer browsers that call it by this DNS name, as well as by an address; may be repeated"
    return setting((), kinds.hostname, "--hostname NAME", meaning, repeatable=True, between=",")
