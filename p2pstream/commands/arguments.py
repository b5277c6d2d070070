"""The command lines of those that ask a central, made from the table of settings."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from typing import Generic, NoReturn, TypeVar

from p2pstream import __version__
from p2pstream.content.addresses import Address
from p2pstream.content.keys import KEY_SCHEME
from p2pstream.content.links import SCHEME, Link, central_text, parse_centrals, short_text
from p2pstream.content.names import JOINERS
from p2pstream.content.namespaces import check_full_name
from p2pstream.content.text import printable
from p2pstream.errors import P2PStreamError, UsageError
from p2pstream.settings import CommandSettings, Setting, help_text, resolve
from p2pstream.values import value

__all__ = ["Errand", "given", "parse", "understand", "unnamed", "words_and_settings"]

Table = TypeVar("Table", bound=CommandSettings, covariant=True)
Given = TypeVar("Given", bound=CommandSettings)

_USAGE = f"{{program}} [OPTION ...] CENTRAL FILE, or {{program}} [OPTION ...] {SCHEME}central/name"
#: A link that leaves its central out.
_HERE = f"{SCHEME}/"
_EPILOG = (
    "CENTRAL is HOST, HOST:PORT or [IPv6]:PORT, or several with commas between, of which the first that"
    " answers is asked; FILE is the film's name, as the central lists it, or its key, p2ps:f-…"
    f"  Where a link names no central, as {_HERE}name does, the one of this network is asked."
)


@value
class Errand(Generic[Table]):
    """What was asked for: a stream, and how to treat it."""

    link: Link
    settings: Table


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; try --help")


def parse(
    table: type[Table],
    purpose: str,
    argv: Sequence[str],
    ask: Callable[[Sequence[Address], Table], str] | None = None,
    find: Callable[[Table], Address] | None = None,
) -> Errand[Table]:
    """Understand a command line; ``--help`` and ``--version`` answer and end the program.

    :param ask: gives the name of a film of these centrals when none stands on the command line.
    :param find: gives a central when none does.
    :raises UsageError: one line that says what is wrong with which word.
    """
    words, settings = given(table, purpose, argv)
    return understand(words, settings, ask, find)


def given(table: type[Table], purpose: str, argv: Sequence[str]) -> tuple[list[str], Table]:
    """The words that should name a stream, and what the options say.

    :raises UsageError: as `parse`.
    """
    return words_and_settings(table, purpose, _USAGE, _EPILOG, argv)


def understand(
    words: list[str],
    settings: Given,
    ask: Callable[[Sequence[Address], Given], str] | None = None,
    find: Callable[[Given], Address] | None = None,
) -> Errand[Given]:
    """The stream that these words name; see `parse`."""
    if find is not None and (words or ask is not None):
        words = _completed(words, lambda: short_text(find(settings)))
    return Errand(_link(words, None if ask is None else lambda centrals: ask(centrals, settings)), settings)


def words_and_settings(
    table: type[Table], purpose: str, usage: str, epilog: str, argv: Sequence[str]
) -> tuple[list[str], Table]:
    """The words of a command line, and what its options say.

    :param usage: what may stand behind the options.
    :raises UsageError: as `parse`.
    """
    # argparse loses words behind -- when options stand between the others.
    bare = list(argv).index("--") if "--" in argv else len(argv)
    found = vars(_parser(table, purpose, usage, epilog).parse_intermixed_args(argv[:bare]))
    words = [*found.pop("words"), *argv[bare + 1 :]]
    return words, resolve(table, found, os.environ)


def unnamed() -> NoReturn:
    """Nobody says which film.

    :raises UsageError: always.
    """
    raise UsageError("no film is named; write CENTRAL FILE, or p2pstream://central/name")


def _completed(words: list[str], find: Callable[[], str]) -> list[str]:
    """The same, and the central that is found where they name none."""
    if not words:
        return [find()]
    if words[0].lower().startswith(_HERE):
        return [SCHEME + find() + words[0][len(SCHEME) :], *words[1:]]
    return [find(), *words] if len(words) == 1 and words[0].startswith(KEY_SCHEME) else words


def _link(words: Sequence[str], ask: Callable[[Sequence[Address]], str] | None) -> Link:
    if not words or len(words) > 2:
        raise UsageError("write CENTRAL FILE, or p2pstream://central/name; try --help")
    central, *names = central_text(words[0]), *words[1:]
    if central.lower().startswith(SCHEME):
        if names:
            raise UsageError(f"a {SCHEME} link names its film itself; leave FILE out")
        return Link.parse(central)
    if central.startswith(KEY_SCHEME):
        raise UsageError("a key does not say whom to ask; write CENTRAL in front of it")
    if "://" in central:
        raise UsageError(f"“{printable(central, 80)}” is no {SCHEME} link, and no other kind is understood")
    try:
        first, *others = centrals = parse_centrals(central)
        name = names[0] if names else unnamed() if ask is None else ask(centrals)
        return Link(first, check_full_name(_as_meant(name)), tuple(others))
    except P2PStreamError as fault:
        raise UsageError(str(fault)) from None


def _as_meant(name: str) -> str:
    """The name in what a person typed; ``p2p-list`` shows joiners, which cannot be seen, by their numbers."""
    for joiner in JOINERS:
        name = name.replace(printable(joiner), joiner)
    return name


def _parser(table: type[CommandSettings], purpose: str, usage: str, epilog: str) -> argparse.ArgumentParser:
    program = f"p2p-{table.program}"
    parser = _Parser(
        prog=program,
        usage=usage.format(program=program),
        description=purpose,
        epilog=epilog,
        allow_abbrev=False,
    )
    parser.add_argument("words", nargs="*", help=argparse.SUPPRESS)
    parser.add_argument("--version", action="version", version=f"{program} {__version__}")
    groups = {topic: parser.add_argument_group(topic) for topic in table.topics()}
    for row in table.rows():
        _add(groups[row.topic], row)
    return parser


def _add(group: argparse._ArgumentGroup, row: Setting) -> None:
    # argparse fills % sequences in; ours are plain text.
    meaning = help_text(row).replace("%", "%%")
    if row.is_switch:
        # None, not False, where the flag is left out: the environment and the file come next.
        group.add_argument(*row.flags, dest=row.name, action="store_const", const=True, help=meaning)
    else:
        action = "append" if row.repeatable else "store"
        group.add_argument(*row.flags, dest=row.name, metavar=row.argument, action=action, help=meaning)
