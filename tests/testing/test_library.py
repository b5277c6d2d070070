"""The library in memory keeps the contract."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.testing.library import LIBRARY_PATHS, LibraryContract, MemoryLibrary


class MemoryLibraryTests(LibraryContract, SynchronousTestCase):
    def make_library(self) -> MemoryLibrary:
        """See `LibraryContract`."""
        self.library = MemoryLibrary(*LIBRARY_PATHS)
        return self.library

    def put(self, path: str) -> None:
        """See `LibraryContract`."""
        self.library.put(path)

    def drop(self, path: str) -> None:
        """See `LibraryContract`."""
        self.library.drop(path)
