"""A transport stream, cut where one may begin to watch and where its clock is read."""

from __future__ import annotations

from dataclasses import replace

from p2pstream.content.mpegts.access import (
    TICKS,
    WRAP,
    clock_of,
    is_access,
    is_broken,
    parameters_of,
    stamp_of,
)
from p2pstream.content.mpegts.packets import BEGINS, PACKET, Packets
from p2pstream.content.mpegts.program import Program, first_map, read_map
from p2pstream.content.mpegts.sections import Sections
from p2pstream.limits import LIMITS
from p2pstream.values import value

__all__ = ["Stretch", "TransportStream"]

_SCRAMBLED_OR_BROKEN = 0xC0
_ASSOCIATION_PID = 0


@value
class Stretch:
    """Whole packets that follow those before."""

    content: bytes
    #: Somebody may begin to watch at its first byte.
    rap: bool = False
    #: The clock does not go on from what was before.
    discontinuity: bool = False
    #: What the stream's clock says where it begins, in seconds that never go back; None before it spoke.
    clock: float | None = None


class TransportStream:
    """Finds packets, tables, places to begin at, and the time.

    Bytes in, parts out: all packets that came, in order, and before each place to begin at
    the tables once more.  Nothing it is fed is wrong; what is no packet is dropped.
    """

    def __init__(self) -> None:
        #: The first program, once its tables have come.
        self.program: Program | None = None
        self._packets = Packets()
        self._association, self._map = Sections(), Sections()
        self._map_pid: int | None = None
        self._tables: dict[int, bytes] = {}
        self._watched = {_ASSOCIATION_PID}
        self._clock = _Clock()
        self._last_rap: float | None = None
        #: How often what it is coded in changed, or the size of its pictures.
        self.changes = 0
        self._is_changed = False
        #: What is sent now, and what was said of its pictures.
        self._sent: Program | None = None
        self._parameters: bytes | None = None

    @property
    def skipped(self) -> int:
        """How many bytes were no packets."""
        return self._packets.skipped

    @property
    def jumps(self) -> int:
        """How often its clock did not go on."""
        return self._clock.jumps

    def feed(self, received: bytes) -> list[Stretch]:
        """The parts that these bytes complete."""
        whole = self._packets.feed(received)
        parts: list[Stretch] = []
        begun, part = 0, Stretch(b"", clock=self._clock.seconds)
        for at, high, low in zip(
            range(0, len(whole), PACKET), whole[1::PACKET], whole[2::PACKET], strict=True
        ):
            pid = (high & 0x1F) << 8 | low
            if pid not in self._watched:
                continue
            cut = self._look(pid, whole[at : at + PACKET])
            if cut is not None:
                if at > begun or part.content:
                    parts.append(_filled(part, whole[begun:at]))
                begun, part = at, cut
        if begun < len(whole):
            parts.append(_filled(part, whole[begun:]))
        return parts

    def _look(self, pid: int, packet: bytes) -> Stretch | None:
        """What begins with this packet; None if it belongs to what is before."""
        if packet[1] & 0x80 or packet[3] & _SCRAMBLED_OR_BROKEN:
            return None
        if pid in (_ASSOCIATION_PID, self._map_pid):
            self._look_at_table(pid, packet)
            return None
        program = self.program
        assert program is not None, "nothing else is watched"
        if pid == program.clock and is_broken(packet):
            self._clock.break_off()
        moved = self._read_clock(program, pid, packet)
        rap = self._is_rap(program, pid, packet)
        if not (moved or rap):
            return None
        if rap:
            self._compare(program, packet)
        tables = b"".join(self._tables.values()) if rap else b""
        changed, self._is_changed = self._is_changed, False
        return Stretch(tables, rap, self._clock.take_jump() or changed, self._clock.seconds)

    def _compare(self, program: Program, packet: bytes) -> None:
        """See whether whoever watches has to begin anew here."""
        assert program.lead is not None, "one may begin there"
        said = parameters_of(packet, program.lead.codec)
        other = said is not None and self._parameters is not None and said != self._parameters
        if other or (self._sent is not None and self._sent != program):
            self.changes += 1
            self._is_changed = True
        self._sent, self._parameters = program, said or self._parameters

    def _look_at_table(self, pid: int, packet: bytes) -> None:
        section = (self._association if pid == _ASSOCIATION_PID else self._map).feed(packet)
        if section is None:
            return
        if pid == _ASSOCIATION_PID:
            found = first_map(section.table, section.body)
            if found is None:
                return
            if found != self._map_pid:
                self._map_pid, self.program, self._map = found, None, Sections()
                self._tables = {}
            self._tables[_ASSOCIATION_PID] = section.packets
        else:
            program = read_map(section.table, section.body)
            if program is None:
                return
            self.program = program
            self._tables[pid] = section.packets
        self._watch()

    def _watch(self) -> None:
        """Look at the tables, the clock and what one begins at; at nothing else."""
        watched = {_ASSOCIATION_PID, self._map_pid}
        if self.program is not None:
            watched |= {self.program.clock, self.program.lead.pid if self.program.lead else None}
        self._watched = {pid for pid in watched if pid is not None}

    def _read_clock(self, program: Program, pid: int, packet: bytes) -> bool:
        """Whether it told the time."""
        if program.clock is None:
            ticks = stamp_of(packet) if packet[1] & BEGINS else None
        else:
            ticks = clock_of(packet) if pid == program.clock else None
        if ticks is None:
            return False
        self._clock.tell(ticks)
        return True

    def _is_rap(self, program: Program, pid: int, packet: bytes) -> bool:
        lead = program.lead
        if lead is None or pid != lead.pid or not packet[1] & BEGINS or len(self._tables) < 2:
            return False
        if lead.is_video:
            return is_access(packet, lead.codec)
        now = self._clock.seconds
        if now is not None and self._last_rap is not None and now - self._last_rap < LIMITS.live_sound_rap_s:
            return False
        self._last_rap = now
        return True


class _Clock:
    """Ticks that start again after 33 bits and may jump, as seconds that do neither."""

    def __init__(self) -> None:
        self.jumps = 0
        self._ticks: int | None = None
        self._passed = 0
        self._is_broken = False
        self._is_jump = False

    @property
    def seconds(self) -> float | None:
        """Since it first told the time, without what it jumped; None if it never did."""
        return None if self._ticks is None else self._passed / TICKS

    def break_off(self) -> None:
        """What it says next does not go on from what it said."""
        self._is_broken = self._ticks is not None

    def tell(self, ticks: int) -> None:
        """It says so now."""
        passed = 0 if self._ticks is None else (ticks - self._ticks) % WRAP
        if self._is_broken or passed > LIMITS.live_clock_step_s * TICKS:
            self.jumps += 1
            self._is_jump = True
        else:
            self._passed += passed
        self._is_broken = False
        self._ticks = ticks

    def take_jump(self) -> bool:
        """Whether it jumped since this was asked last."""
        jumped, self._is_jump = self._is_jump, False
        return jumped


def _filled(part: Stretch, packets: bytes) -> Stretch:
    return replace(part, content=part.content + packets)
