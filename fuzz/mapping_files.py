"""A central's mapping file: ``python fuzz/mapping_files.py -max_total_time=10``."""

from __future__ import annotations

from p2pstream.central.mappings import mapping
from p2pstream.content import addresses, names


def target(content: bytes) -> None:
    """Any bytes are a mapping; what is told of it can be shown; written anew it is the same."""
    found = mapping.parse(content)
    assert found.bad_count >= len(found.bad)
    for line in found.bad:
        assert line.why.isprintable() and line.number >= 1
    again = mapping.parse("\n".join(written(name, known) for name, known in found.addresses.items()).encode())
    assert again == mapping.Mapping(found.addresses), (again, found)


def written(name: str, known: tuple[addresses.Address, ...]) -> str:
    """The line that says it."""
    quote = "'" if '"' in name else '"'
    bare = quote in name or not any(mark in name for mark in " \t\"'#")
    return " ".join([name if bare else f"{quote}{name}{quote}", *map(str, known)])


if __name__ == "__main__":
    from running import run

    run(target, [addresses, mapping, names], "mapping_files")
