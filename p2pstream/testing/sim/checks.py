"""What a scenario may promise beside figures: each says what is wrong, or nothing."""

from __future__ import annotations

from p2pstream.testing.sim.run import SimRun
from p2pstream.testing.sim.scenario import Part

__all__ = ["all_listed", "all_met", "nobody_banned", "something_wrong_came"]


def all_met(run: SimRun) -> str:
    """Somebody had to do with every hostile peer: else nothing was shown."""
    hostile = {actor.host.ip for actor in run.world.actors.values() if not run.is_honest(actor)}
    met = {
        each["address"].rpartition(":")[0]
        for actor in run.playing(Part.VIEWER, Part.PEER)
        for each in actor.host.events.named("source_connected")
    }
    return "".join(f"nobody met {ip}; " for ip in sorted(hostile - met))


def nobody_banned(run: SimRun) -> str:
    """No honest peer was taken for a liar."""
    honest = {actor.host.ip for actor in run.world.actors.values() if run.is_honest(actor)}
    lied = [
        each["address"].rpartition(":")[0]
        for actor in run.playing(Part.VIEWER, Part.PEER)
        for each in actor.host.events.named("source_lied")
    ]
    return "".join(f"{ip} was banned, and is honest; " for ip in lied if ip in honest)


def all_listed(run: SimRun) -> str:
    """Nineteen of twenty were listed again 10 s after the central's return."""
    everybody = len(run.playing(Part.ORIGIN, Part.PEER, Part.VIEWER))
    few = run.listed_again < 0.95 * everybody
    return f"only {run.listed_again} of {everybody} were listed again within 10 s" if few else ""


def something_wrong_came(run: SimRun) -> str:
    """Bytes were wrong on their way: else nothing was shown."""
    caught = [each for actor in run.playing(Part.VIEWER) for each in actor.host.events.named("source_lied")]
    return "" if caught else "nothing wrong came to anybody"
