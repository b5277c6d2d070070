"""What killed programs left of films that never were whole."""

from __future__ import annotations

import os
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.data.disk import DiskFile, leftovers, open_draft, publish
from p2pstream.data.disk.leftovers import clear_leftovers, hidden_name, open_hidden


class LeftoverTests(SynchronousTestCase):
    """A killed program leaves a hidden file; whoever comes next removes it."""

    def setUp(self) -> None:
        """A folder to fetch into, on the portable road."""
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": "1"})
        self.folder = os.path.abspath(self.mktemp())
        os.mkdir(self.folder)

    def fetch(self, name: str = "film") -> DiskFile:
        """Begin to fetch a film."""
        draft = open_draft(os.path.join(self.folder, name))
        self.addCleanup(draft.close)
        draft.pwrite(0, b"half a film")
        return draft

    def left(self) -> list[str]:
        """What is in the folder."""
        return sorted(os.listdir(self.folder))

    def clear(self) -> None:
        """Clear the folder alone."""
        folder = os.open(self.folder, os.O_RDONLY)
        clear_leftovers(folder)
        os.close(folder)

    def test_killed(self) -> None:
        """The next film that is fetched into the folder takes what was left of others with it."""
        for draft in [self.fetch("film"), self.fetch("other")]:
            # As the system does it for who is killed.
            draft.close()
        self.assertEqual(len(self.left()), 2)
        publish(self.fetch())
        self.assertEqual(self.left(), ["film"])

    def test_killed_while_it_replaced_a_file(self) -> None:
        """So it does where files need no name: one that replaces another has one for a moment."""
        self.fetch().close()
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": ""})
        publish(self.fetch())
        self.assertEqual(self.left(), ["film"])

    def test_still_being_fetched(self) -> None:
        """What another program is fetching stays."""
        drafts = [self.fetch(name) for name in ("one", "two", "three")]
        self.clear()
        self.assertEqual(len(self.left()), 3)
        for draft in drafts:
            publish(draft)
        self.assertEqual(self.left(), ["one", "three", "two"])

    def test_nameless_and_still_being_fetched(self) -> None:
        """So does a nameless one in the moment in which it has a hidden name."""
        self.patch(os, "environ", {**os.environ, "P2PSTREAM_PORTABLE": ""})
        draft, name = self.fetch(), hidden_name()
        folder = os.open(self.folder, os.O_RDONLY)
        self.addCleanup(os.close, folder)
        os.link(f"/proc/self/fd/{draft.fileno()}", name, dst_dir_fd=folder)
        self.clear()
        self.assertEqual(self.left(), [name])

    def test_others(self) -> None:
        """What is called otherwise, is no file, or leads elsewhere is none of ours."""
        with open(os.path.join(self.folder, "precious"), "wb") as file:
            file.write(b"precious")
        os.mkfifo(os.path.join(self.folder, hidden_name()))
        os.mkdir(os.path.join(self.folder, hidden_name()))
        os.symlink("precious", os.path.join(self.folder, hidden_name()))
        for name in (".p2pstream-film.part", "film.part", f"x{hidden_name()}", f"{hidden_name()}x"):
            open(os.path.join(self.folder, name), "wb").close()
        before = self.left()
        self.clear()
        self.assertEqual(self.left(), before)

    def test_somebody_elses(self) -> None:
        """What another user left stays, where folders are shared."""
        self.fetch().close()
        me = os.geteuid()
        self.patch(os, "geteuid", lambda: me + 1)
        self.clear()
        self.assertEqual(len(self.left()), 1)

    def test_taken_before_it_was_held(self) -> None:
        """Whoever clears between a file's making and its lock costs its maker another try."""
        folder = os.open(self.folder, os.O_RDONLY)
        self.addCleanup(os.close, folder)
        hold, held = leftovers.hold, list[int]()

        def late(descriptor: int) -> bool:
            if not held:
                clear_leftovers(folder)
            held.append(descriptor)
            return hold(descriptor)

        self.patch(leftovers, "hold", late)
        descriptor, name = open_hidden(folder)
        self.addCleanup(os.close, descriptor)
        self.assertEqual((len(held), self.left()), (2, [name]))
        self.assertEqual(os.fstat(descriptor).st_nlink, 1)

    def test_being_taken(self) -> None:
        """So does whoever is just about to remove it."""
        folder = os.open(self.folder, os.O_RDONLY)
        self.addCleanup(os.close, folder)
        thieves: list[int] = []
        hold = leftovers.hold

        def late(descriptor: int) -> bool:
            if not thieves:
                (name,) = self.left()
                thieves.append(os.open(os.path.join(self.folder, name), os.O_RDWR))
                hold(thieves[0])
            return hold(descriptor)

        self.patch(leftovers, "hold", late)
        descriptor, _ = open_hidden(folder)
        os.close(descriptor)
        os.close(*thieves)
        self.clear()
        self.assertEqual(self.left(), [])

    def test_system_without_locks(self) -> None:
        """Where nobody can tell, all stay, and drafts are made as ever."""
        lacking: Any = None
        self.patch(leftovers, "fcntl", lacking)
        self.fetch().close()
        publish(self.fetch())
        self.assertEqual(len(self.left()), 2)
