"""What is said on the pipes, cut anywhere, and by a worker that is not itself any more."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from p2pstream.errors import CannotPlay, PeerError
from p2pstream.limits import LIMITS, Limits
from p2pstream.media.messages import (
    BYTES,
    DONE,
    FAILED,
    HEAD,
    JOB,
    PART,
    READ,
    READY,
    SPAN,
    WorkerFrames,
    WorkerJob,
    frame,
)
from p2pstream.media.session import WorkerAsks, WorkerEnds, WorkerGives, WorkerReady, WorkSession

JOB_OF = WorkerJob("pictures", 1000, 7, True)
SAID = [frame(READY), frame(READ, SPAN.pack(10, 5)), frame(PART, b"a picture"), frame(DONE, b"de")]
HEARD = [WorkerReady(), WorkerAsks(10, 15), WorkerGives(b"a picture"), WorkerEnds(b"de")]


def begun(most: int | None = None, limits: Limits = LIMITS) -> WorkSession:
    """One that has its job, and a worker that is ready."""
    session = WorkSession(limits)
    session.begin(JOB_OF, most)
    list(session.receive(frame(READY)))
    return session


class MessageTests(SynchronousTestCase):
    """WorkerFrames and jobs."""

    def test_job(self) -> None:
        """It comes as it was told."""
        self.assertEqual(WorkerJob.decode(JOB_OF.encode()), JOB_OF)
        self.assertEqual(
            list(WorkerFrames().receive(WorkSession().begin(JOB_OF, None))), [(JOB, JOB_OF.encode())]
        )

    def test_length(self) -> None:
        """A frame as long as may be, and one that says that it is longer."""
        few = replace(LIMITS, worker_frame_bytes=3)
        self.assertEqual(list(WorkerFrames(few).receive(frame(PART, b"abc"))), [(PART, b"abc")])
        self.assertRaises(PeerError, list, WorkerFrames(few).receive(HEAD.pack(4, PART)))


class SessionTests(SynchronousTestCase):
    """Our end."""

    def test_cut_anywhere(self) -> None:
        """The same is heard, however it comes."""
        raw = b"".join(SAID)
        for cut in range(len(raw) + 1):
            session = WorkSession()
            session.begin(JOB_OF, None)
            heard = [*session.receive(raw[:cut]), *session.receive(raw[cut:])]
            self.assertEqual(heard, HEARD)

    def test_given(self) -> None:
        """What it asked for is sent, once."""
        session = begun()
        self.assertEqual(list(session.receive(frame(READ, SPAN.pack(0, 3)))), [WorkerAsks(0, 3)])
        self.assertEqual(session.give(b"abc"), frame(BYTES, b"abc"))
        self.assertRaises(AssertionError, session.give, b"abc")

    def test_fails(self) -> None:
        """What it says then is a stranger's."""
        said = str(self.assertRaises(CannotPlay, list, begun().receive(frame(FAILED, b"no\x1b film\xff"))))
        self.assertEqual(said, "no\\x1b film\\xff")

    def test_out_of_turn(self) -> None:
        """Before it is ready, twice ready, without a job, after its end, two questions at once."""
        unready = WorkSession()
        unready.begin(JOB_OF, None)
        self.assertRaises(PeerError, list, unready.receive(frame(DONE)))
        self.assertRaises(PeerError, list, begun().receive(frame(READY)))
        jobless = WorkSession()
        self.assertEqual(list(jobless.receive(frame(READY))), [WorkerReady()])
        self.assertRaises(PeerError, list, jobless.receive(frame(PART)))
        self.assertRaises(PeerError, list, begun().receive(frame(DONE) + frame(PART)))
        self.assertRaises(PeerError, list, begun().receive(frame(READ, SPAN.pack(0, 1)) * 2))
        self.assertRaises(PeerError, list, begun().receive(frame(99)))

    def test_within_the_film(self) -> None:
        """It may ask for its last byte, and for none behind it; for as many as may be, and no more."""
        few = replace(LIMITS, worker_read_bytes=100)
        for start, length, good in (
            (999, 1, True),
            (999, 2, False),
            (0, 100, True),
            (0, 101, False),
            (5, 0, False),
        ):
            asking = begun(None, few).receive(frame(READ, SPAN.pack(start, length)))
            if good:
                self.assertEqual(list(asking), [WorkerAsks(start, start + length)])
            else:
                self.assertRaises(PeerError, list, asking)
        self.assertRaises(PeerError, list, begun().receive(frame(READ, b"short")))

    def test_answers(self) -> None:
        """As much as may be, and a byte more."""
        self.assertEqual(len(list(begun(3).receive(frame(PART, b"ab") + frame(PART, b"c")))), 2)
        self.assertRaises(PeerError, list, begun(2).receive(frame(PART, b"abc")))

    @given(st.binary(max_size=100))
    def test_anything(self, raw: bytes) -> None:
        """Whatever it says is heard, or refused."""
        try:
            list(begun(10).receive(raw))
        except (PeerError, CannotPlay) as fault:
            self.assertTrue(str(fault).isprintable())
