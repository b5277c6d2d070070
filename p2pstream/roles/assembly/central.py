"""A central, as its options say."""

from __future__ import annotations

from typing import Any

from p2pstream.central.mappings.mapping_file import MappingFile
from p2pstream.central.mappings.table import Table
from p2pstream.errors import StorageError
from p2pstream.roles.assembly.process import absolute, advertised, ground_of, process
from p2pstream.roles.central_parts import CentralParts
from p2pstream.roles.options import RoleOptions, end
from p2pstream.roles.service import RoleService

__all__ = ["MAPPING", "central"]

#: What the ancestor called it, in the folder where the central is started.
MAPPING = "fileToIP.txt"


def central(options: RoleOptions, reactor: Any = None) -> RoleService:
    """A central as the options say; ends the program in one line where that cannot be."""
    means, workers, measured = process(options, reactor)
    settings, events = options.settings, means.events
    table = Table()
    try:
        path = absolute(settings.mapping or MAPPING)
        mapping = MappingFile(path, settings.mapping is not None, table, events, means.limits)
        mapping.load()
    except StorageError as fault:
        end(options.program, StorageError(f"{fault}; choose another with --mapping"))
    ground = ground_of(options, means, measured, "central")
    try:
        parts = CentralParts(ground, settings, table, mapping)
    except StorageError as fault:
        ground.state.close()
        end(options.program, fault)
    told = advertised(parts.service, settings, lambda: parts.service.address.port, means)
    return RoleService(options, told, means, workers, ground.state, measured)
