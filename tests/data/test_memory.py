"""Bytes in memory."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase, TestCase

from p2pstream.data.memory import BufferData, MemoryFile
from p2pstream.testing.bytes.data import SMALL, DataContract
from p2pstream.testing.bytes.sinks import FileContract


class BufferDataTests(DataContract, TestCase):
    """`BufferData` keeps the contract."""

    async def make_data(self, content: bytes) -> BufferData:
        """A provider with ``content`` in it."""
        return BufferData(content, SMALL)


class MemoryFileTests(FileContract, SynchronousTestCase):
    """`MemoryFile` keeps the contract."""

    def make_file(self) -> MemoryFile:
        """An empty file."""
        return MemoryFile()
