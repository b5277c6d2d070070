from __future__ import annotations

from p2pstream.errors import CannotPlay, NoSource
from p2pstream.player.playback import EARLY, GLANCE
from p2pstream.player.scene.side_texts import TextTrack
from tests.player.driving import PlaybackCase


class BeginningTests(PlaybackCase):
    def test_phases(self) -> None:
        """It opens until something is seen or heard, then it plays; told once that it does."""
        self.begin(5.0)
        self.assertEqual(self.libvlc.told, [("load", 5.0, 1.0, "")])
        self.assertEqual(self.glance(state="opening").phase, "opening")
        self.assertEqual(self.glance(state="playing").phase, "opening")
        state = self.glance(1, seconds=5.1, duration=60.0)
        self.assertEqual((state.phase, state.position, state.duration), ("playing", 5.1, 60.0))
        self.glance(2)
        self.assertEqual(self.beginnings, 1)

    def test_subtitles_that_come_later(self) -> None:
        """Libvlc is offered them once, when it plays: before that it would take them for another film's."""
        self.begin()
        tracks = [TextTrack("de", b"WEBVTT")]
        self.playback.offer_texts(tracks)
        self.glance(state="opening")
        self.assertEqual(len(self.libvlc.told), 1)
        for shown in (1, 2):
            self.glance(shown, state="playing")
        self.assertEqual(self.libvlc.told[1:], [("texts", tracks)])

    def test_sound_only(self) -> None:
        """A film that is only heard plays, too."""
        self.begin()
        self.count(sounds=3)
        self.assertEqual(self.glance(state="playing").phase, "playing")

    def test_first_frame(self) -> None:
        """When the first frame was seen is kept; those that were overtaken count as lost."""
        self.begin()
        self.reactor.advance(2.0)
        self.playback.shown(1)
        self.reactor.advance(2.0)
        self.playback.shown(7, 3)
        self.count(lost=2)
        state = self.glance(state="playing")
        self.assertEqual((state.first_frame_at, state.shown, state.lost), (2.0, 7, 5))

    def test_looked_at_now_and_then(self) -> None:
        """However often its owner asks, libvlc is looked at ten times a second."""
        self.begin()
        self.glance(1, state="playing", seconds=1.0)
        self.libvlc.seconds = 2.0
        self.reactor.advance(GLANCE / 2)
        self.playback.glance()
        self.assertEqual(self.playback.state.position, 1.0)


class WishTests(PlaybackCase):
    def test_while_loading(self) -> None:
        """Libvlc is told nothing while a worker is inside it; wishes that last are kept."""
        self.playing = self.playback.run(0.0)
        self.playback.pause(True)
        self.playback.set_rate(2.0)
        self.playback.seek(7.0)
        self.playback.glance()
        self.assertEqual(self.libvlc.told, [])
        self.workers.flush()
        self.glance(1, state="playing")
        self.assertEqual(self.libvlc.told[1:], [("pause", True)])
        self.assertTrue(self.playback.paused)

    def test_pause(self) -> None:
        """Told once, however often it is wished."""
        self.begin()
        self.glance(1, state="playing")
        for wish in (True, True, False):
            self.playback.pause(wish)
        self.assertEqual(self.libvlc.told[1:], [("pause", True), ("pause", False)])

    def test_seek(self) -> None:
        """A seek stays within the film, and its place is shown until the first picture from there."""
        self.begin()
        self.glance(1, state="playing", seconds=3.0, duration=60.0)
        for wish, sought in ((-5.0, 0.0), (500.0, 59.5), (30.0, 30.0)):
            self.playback.seek(wish)
            self.assertEqual(self.libvlc.told[-1], ("seek", sought))
        self.assertEqual(self.glance(seconds=3.1).position, 30.0)
        self.assertEqual(self.glance(2, seconds=30.1).position, 30.1)

    def test_cannot_be_sought(self) -> None:
        """Data that come in order only are read in order only."""
        self.data.seekable = False
        self.take(self.data)
        self.begin()
        self.playback.seek(30.0)
        self.assertEqual(self.libvlc.told, [("load", 0.0, 1.0, "")])


class HaltingTests(PlaybackCase):
    def _starve(self) -> None:
        # Half a second of film was read, and its reader waits for more.
        self.begin()
        self.glance(1, state="playing", seconds=0.1, duration=10.0)
        self.playback.feed.blocked_since = self.playback.feed.seconds() - 0.2
        self.glance(2, seconds=0.2)

    def test_halts_and_goes_on(self) -> None:
        """Short of bytes it is halted before libvlc has none; with enough it goes on."""
        self._starve()
        self.assertEqual(self.libvlc.told[-1], ("pause", True))
        self.assertEqual((self.glance().phase, self.playback.buffering), ("buffering", 0))
        self.data.reads[0].consumer.write(bytes(100_000))
        self.glance()
        self.assertEqual(self.playback.buffering, 50)
        state = self.glance()
        self.assertGreater(state.gathered_s, 0.0)
        self.assertEqual(state.enough_s, 2 * state.gathered_s)
        self.data.reads[0].consumer.write(bytes(100_000))
        self.glance()
        self.assertEqual((self.libvlc.told[-1], self.playback.buffering), (("pause", False), None))

    def test_paused_by_the_viewer(self) -> None:
        """What the viewer halted stays halted when there is enough."""
        self._starve()
        self.playback.pause(True)
        self.data.reads[0].consumer.write(bytes(300_000))
        self.glance()
        self.assertEqual((self.libvlc.told[-1], self.glance().phase), (("pause", True), "paused"))


class EndTests(PlaybackCase):
    def _play(self, start: float = 0.0, seconds: float = 59.0) -> None:
        self.begin(start)
        self.glance(1, state="playing", seconds=seconds, duration=60.0)

    def test_end(self) -> None:
        """A film that came to its end ends."""
        self._play()
        self.glance(state="ended")
        state = self.successResultOf(self.playing)
        self.assertEqual((state.phase, state.ended), ("ended", "end"))

    def test_broke_off(self) -> None:
        """One that ends too early is taken up where it was, and again only where it came further."""
        self._play(seconds=60.0 - EARLY - 1)
        self.glance(state="ended")
        self.workers.flush()
        self.assertEqual(self.libvlc.told[-1], ("load", 57.0, 1.0, ""))
        self.assertNoResult(self.playing)
        self.glance(state="ended")
        self.assertEqual(self.successResultOf(self.playing).ended, "end")

    def test_nothing_in_it(self) -> None:
        """What showed nothing cannot be played."""
        self.begin()
        self.glance(state="ended")
        self.assertIn("film.mp4", str(self.failureResultOf(self.playing, CannotPlay).value))

    def test_heard_at_the_last_moment(self) -> None:
        """Libvlc counts once a second: what it tells of sounds only when all is over counts."""
        self.begin()
        self.count(sounds=9)
        self.glance(state="ended", duration=0.5)
        self.assertEqual(self.successResultOf(self.playing).ended, "end")

    def test_broken_data(self) -> None:
        """What its data failed with is what it fails with; libvlc is asked nothing more."""
        self._play()
        self.data.reads[0].done.errback(NoSource("gone"))
        self.glance(state="ended")
        self.failureResultOf(self.playing, NoSource)
        self.assertEqual(self.playback.state.phase, "stopped")
        self.assertIsNone(self.machine.idle)

    def test_cannot_be_loaded(self) -> None:
        """What loading fails with, too."""

        def broken(*_: object) -> None:
            raise OSError("no")

        self.libvlc.load = broken  # type: ignore[method-assign]
        self.failureResultOf(self.begin(), OSError)

    def test_finished_once(self) -> None:
        """The first end counts."""
        self._play()
        self.playback.finish("stopped", "closed")
        self.playback.finish("ended", "end")
        self.playback.fail(None)  # type: ignore[arg-type]
        self.assertEqual(self.successResultOf(self.playing).ended, "closed")
