"""What all views of nodes must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zope.interface.verify import verifyObject

from p2pstream.content.shown import Distribution
from p2pstream.errors import UsageError
from p2pstream.interfaces import ICentralView, INodeView, IPeerView
from p2pstream.metrics import METRICS

if TYPE_CHECKING:
    from twisted.trial.unittest import SynchronousTestCase as _Case
else:
    _Case = object

__all__ = ["CentralViewContract", "NodeViewContract", "PeerViewContract"]


class NodeViewContract(_Case):
    """The contract of `INodeView`; for trial's ``SynchronousTestCase``."""

    #: The interface that is meant.
    seam: Any = INodeView

    def make_view(self) -> Any:
        """A view of a node that is ready and idle."""
        raise NotImplementedError

    def test_provides(self) -> None:
        """It has all that the interface promises, and says which kind it is."""
        view = self.make_view()
        self.assertTrue(verifyObject(self.seam, view))
        self.assertEqual(view.node().role, "central" if ICentralView.providedBy(view) else "peer")
        self.assertTrue(view.node().ready)

    def test_measures(self) -> None:
        """Every sample is of a metric that is listed, each once, with its labels, those of one together."""
        seen: list[tuple[str, tuple[str, ...]]] = []
        for sample in self.make_view().measures():
            kind = METRICS[sample.metric]
            self.assertEqual(len(sample.labels), len(kind.labels), sample)
            self.assertEqual(isinstance(sample.value, Distribution), kind.kind == "histogram", sample)
            seen.append((sample.metric, sample.labels))
        self.assertEqual(len(set(seen)), len(seen))
        groups = [metric for at, (metric, _) in enumerate(seen) if not at or seen[at - 1][0] != metric]
        self.assertEqual(len(set(groups)), len(groups))

    def test_bounded(self) -> None:
        """No more transfers are shown than were asked for."""
        view = self.make_view()
        self.assertEqual(len(view.transfers(0)), 0)
        self.assertLessEqual(len(view.transfers(1)), 1)

    def test_observing_ends(self) -> None:
        """What ends it may be called twice."""
        end = self.make_view().observe(lambda topic: None)
        end()
        end()


class PeerViewContract(NodeViewContract):
    """The contract of `IPeerView`; for a peer that shares three streams or more."""

    seam = IPeerView

    def test_pages_of_shares(self) -> None:
        """Pages one after the other are all there is, in order, each as short as was wanted."""
        view = self.make_view()
        whole = view.shares("", "", 1000)
        self.assertEqual(whole.after, "")
        self.assertEqual(whole.count, len(whole.shares))
        names, after = [], ""
        while True:
            page = view.shares("", after, 2)
            self.assertLessEqual(len(page.shares), 2)
            names += [each.name for each in page.shares]
            after = page.after
            if not after:
                break
        self.assertEqual(names, [each.name for each in whole.shares])
        self.assertEqual(names, sorted(names))

    def test_words(self) -> None:
        """Only names that have the words."""
        view = self.make_view()
        name = view.shares("", "", 1).shares[0].name
        found = view.shares(name.upper(), "", 1000).shares
        self.assertIn(name, [each.name for each in found])
        self.assertEqual(view.shares("no film is called so", "", 1000).shares, ())


class CentralViewContract(NodeViewContract):
    """The contract of `ICentralView`; for a central that lists three streams or more."""

    seam = ICentralView

    def test_pages_of_streams(self) -> None:
        """Pages one after the other are all there is, without peers."""
        view = self.make_view()
        whole = self.successResultOf(view.streams("", "", 100))
        names, after = [], ""
        while True:
            page = self.successResultOf(view.streams("", after, 2))
            self.assertLessEqual(len(page.streams), 2)
            names += [each.name for each in page.streams]
            after = page.after
            if not after:
                break
        self.assertEqual(names, [each.name for each in whole.streams])
        self.assertGreaterEqual(len(names), 3)
        self.assertEqual([each.peers for each in whole.streams], [()] * len(names))

    def test_after_nonsense(self) -> None:
        """What a stranger makes up as a place in the list is refused."""
        self.failureResultOf(self.make_view().streams("", "☃", 2), UsageError)

    def test_named(self) -> None:
        """Each stream of a name; none of one that is unknown."""
        view = self.make_view()
        name = self.successResultOf(view.streams("", "", 1)).streams[0].name
        found = self.successResultOf(view.named(name, None))
        self.assertIn(name, [each.name for each in found])
        self.assertEqual(list(self.successResultOf(view.named("nobody has this", None))), [])
