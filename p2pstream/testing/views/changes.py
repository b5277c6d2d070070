"""What whoever changes a running peer must do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from twisted.internet.defer import Deferred
from zope.interface.verify import verifyObject

from p2pstream.content.shown import PeerLimits
from p2pstream.errors import BadShare, UsageError
from p2pstream.interfaces import IPeerChanges

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["PeerChangesContract"]

_WANTED = PeerLimits(upload=2_000_000, download=3_000_000, cache=10_000_000_000)


class PeerChangesContract(_Case):
    """The contract of `IPeerChanges`, as an `IPeerView` shows it; for trial's ``SynchronousTestCase``."""

    def make_changes(self) -> tuple[Any, Any]:
        """A provider, and the view of the same peer."""
        raise NotImplementedError

    def new_folder(self) -> str:
        """The path of a folder that could be shared, and is not."""
        raise NotImplementedError

    def settle(self) -> None:
        """Let what is under way be done; nothing, where all is done at once."""

    def done(self, waiting: Deferred[Any]) -> Any:
        """What came of it, once it has had time."""
        self.settle()
        return self.successResultOf(waiting)

    def refused(self, waiting: Deferred[Any], kind: type[Exception]) -> str:
        """What is said of it, once it has had time."""
        self.settle()
        return str(self.failureResultOf(waiting, kind).value)

    def paths(self, view: Any) -> list[str]:
        """What is shared."""
        return [folder.path for folder in view.folders()]

    def test_provides_changes(self) -> None:
        """The provider has all that the interface promises."""
        changes, _ = self.make_changes()
        self.assertTrue(verifyObject(IPeerChanges, changes))

    def test_folder_comes_and_goes(self) -> None:
        """It is shown as soon as it is told, as one that was added, and no more once it was taken out."""
        changes, view = self.make_changes()
        path, before = self.new_folder(), self.paths(view)
        folder = self.done(changes.add_folder(path))
        self.assertEqual((folder.path, folder.added), (path, True))
        self.assertEqual(sorted(self.paths(view)), sorted([*before, path]))
        self.assertIsNone(self.done(changes.remove_folder(path)))
        self.assertEqual(self.paths(view), before)

    def test_folder_twice(self) -> None:
        """One that is shared already stays, once."""
        changes, view = self.make_changes()
        path = self.new_folder()
        for _ in range(2):
            self.assertEqual(self.done(changes.add_folder(path)).path, path)
        self.assertEqual(self.paths(view).count(path), 1)

    def test_folders_that_cannot_be(self) -> None:
        """What is not there, is not from the root, or is not shared is refused in words; nothing changes."""
        changes, view = self.make_changes()
        before = self.paths(view)
        # From where we run that one is there.
        near = os.path.relpath(self.new_folder())
        for wrong in ("/missing", "films", near, ""):
            self.assertTrue(self.refused(changes.add_folder(wrong), BadShare), wrong)
        self.assertTrue(self.refused(changes.remove_folder("/missing"), BadShare))
        self.assertEqual(self.paths(view), before)

    def test_limits(self) -> None:
        """They hold when it is told, one and all; None is no limit."""
        changes, view = self.make_changes()
        for wanted in (_WANTED, PeerLimits(), _WANTED):
            self.assertEqual(self.done(changes.set_limits(wanted)), wanted)
            self.assertEqual(view.limits(), wanted)

    def test_limits_too_small(self) -> None:
        """What nobody could work with is refused in words, and all that held holds."""
        changes, view = self.make_changes()
        self.done(changes.set_limits(_WANTED))
        for wrong in (PeerLimits(upload=1), PeerLimits(download=1), PeerLimits(cache=1)):
            self.assertTrue(self.refused(changes.set_limits(wrong), UsageError))
            self.assertEqual(view.limits(), _WANTED)

    def test_several_at_once(self) -> None:
        """One is done after the other, whoever waits for which."""
        changes, view = self.make_changes()
        path = self.new_folder()
        added, limits, removed = (
            changes.add_folder(path), changes.set_limits(_WANTED), changes.remove_folder(path),
        )  # fmt: skip
        for each in (removed, added, limits):
            self.done(each)
        self.assertNotIn(path, self.paths(view))
