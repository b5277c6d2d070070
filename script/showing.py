"""script/demo: a central, two peers and a film in a window, on this machine alone.

The programs are the real ones, on addresses of 127/8 that nobody uses.  That the
film was shown is not taken from the player's word: pictures of the window are fetched
from the X server, and the number that each frame carries is read out of them.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import inspect
import json
import os
import random
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import Any

from p2pstream.content.addresses import CENTRAL_PORT, PEER_PORT
from p2pstream.content.names import check_name
from p2pstream.content.text import printable, size_text
from p2pstream.errors import BadName
from p2pstream.limits import LIMITS
from p2pstream.testing import film as strip
from script.display import display
from script.programs import ProgramFailed, running, service
from script.window import Picture, Server

SECONDS, FPS, WIDTH, HEIGHT = 20, 25, 960, 540
#: A picture of the window so often; decoding one takes a millisecond.
LOOK_EVERY_S = 0.1
#: When the picture that is kept is taken: the player's own display is still on it.
KEEP_AT_S = 2.0
#: How much of somebody's own film is played where nobody can see it.
UNSEEN_S = 20.0

WORK = Path(__file__).resolve().parent.parent / ".demo"


@dataclass
class Seen:
    """What was seen in the window."""

    pictures: int = 0
    numbers: list[int] = field(default_factory=list)
    kept: Picture | None = None


def main(arguments: list[str]) -> int:
    """Show a film; 0 if it was shown as it should."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parser = argparse.ArgumentParser("script/demo", description="Share a film on this machine and watch it.")
    parser.add_argument("--film", type=Path, metavar="FILE", help="a film of yours instead of one made here")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long one made here is: %(default)s")
    parser.add_argument("--picture", type=Path, default=Path("demo.png"), help="where the picture goes")
    options = parser.parse_args(arguments)
    try:
        return show(options.film, options.seconds, options.picture)
    except KeyboardInterrupt:
        return 130
    except (OSError, ProgramFailed) as error:
        print(f"script/demo: {printable(str(error), 500)}", file=sys.stderr)
        return 1


def show(film: Path | None, seconds: int, picture: Path) -> int:
    """Serve the film from two peers, play it, and tell what happened."""
    WORK.mkdir(exist_ok=True)
    source = own_film(seconds) if film is None else existing(film)
    name = listed_name(source)
    with ExitStack() as stack:
        screen, visible = stack.enter_context(display())
        folder = stack.enter_context(workplace())
        hosts = loopback(3)
        serve(stack, source, name, folder, hosts)
        print(f"A central on {hosts[0]}, peers on {hosts[1]} and {hosts[2]} share {printable(name)}.")
        print("Playing it" + (": Esc ends it." if visible else " on a display that nobody sees (Xvfb)."))
        limit = None if visible or film is None else UNSEEN_S
        code, events, seen = play(hosts[0], name, folder, screen, limit)
    if seen.kept is not None and any(end["shown"] for end in of_kind(events, "finished")):
        seen.kept.save(picture)
        print(f"A picture of the window is in {picture}.")
    tell(events, [f"{host}:{PEER_PORT}" for host in hosts[1:]])
    problems = list(complaints(code, events, seen, seconds if film is None else None))
    for problem in problems:
        print(f"script/demo: {problem}", file=sys.stderr)
    return 1 if problems else 0


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder for one run, gone afterwards; those of runs that were killed go now."""
    with ExitStack() as stack:
        with locked(WORK):
            for old in WORK.glob("tmp*"):
                with suppress(OSError), locked(old, fcntl.LOCK_NB):
                    shutil.rmtree(old)
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=WORK)))
            stack.enter_context(locked(folder))
        yield folder


@contextmanager
def locked(folder: Path, how: int = 0) -> Iterator[None]:
    """Nobody else has this folder meanwhile; `OSError` with ``LOCK_NB`` if somebody does."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | how)
        yield
    finally:
        os.close(descriptor)


def existing(film: Path) -> Path:
    """The film that somebody named, if it is a file."""
    if not film.is_file():
        raise ProgramFailed(f"there is no film {film}")
    return film.resolve()


def own_film(seconds: int) -> Path:
    """A film with sound, made once and again whenever the code that makes it changes."""
    recipe = f"{inspect.getsource(strip)} {seconds} {FPS} {WIDTH} {HEIGHT}"
    made = WORK / hashlib.sha256(recipe.encode()).hexdigest()[:12] / "film.mp4"
    if not made.exists():
        print(f"Making a film of {seconds} seconds.")
        made.parent.mkdir(parents=True, exist_ok=True)
        unfinished = made.with_suffix(".part")
        strip.make_film(unfinished, seconds, WIDTH, HEIGHT, FPS)
        unfinished.rename(made)
    return made


def loopback(count: int) -> list[str]:
    """Neighbouring loopback addresses on which nobody uses our ports."""
    for _ in range(100):
        net = f"127.{random.randint(64, 127)}.{random.randint(1, 254)}"
        hosts = [f"{net}.{number}" for number in range(1, count + 1)]
        with ExitStack() as stack, suppress(OSError):
            for host in hosts:
                for port in (CENTRAL_PORT, PEER_PORT):
                    stack.enter_context(socket.socket()).bind((host, port))
            return hosts
    raise ProgramFailed(f"no loopback address is free on the ports {CENTRAL_PORT} and {PEER_PORT}")


def listed_name(film: Path) -> str:
    """The film's own name where the mapping file and the classic protocol can carry it."""
    try:
        name = check_name(film.name)
    except BadName:
        name = ""
    if not name or '"' in name or len(name.encode()) > LIMITS.classic_sent_name_bytes:
        return f"film{film.suffix}"
    return name


def serve(stack: ExitStack, film: Path, name: str, folder: Path, hosts: list[str]) -> None:
    """Start the central, which lists the film, and the peers, which share it."""
    central, *peers = hosts
    for host in hosts:
        (folder / host).mkdir()
    (folder / central / "fileToIP.txt").write_text(f'"{name}" {" ".join(peers)}\n', "utf-8")
    command = ["twistd", "-n", "p2p-central", "--ip", central]
    stack.enter_context(service(command, folder / central, (central, CENTRAL_PORT)))
    for host in peers:
        share = folder / host / "share"
        share.mkdir()
        place(film, share / name)
        command = ["twistd", "-n", "p2p-peer", "--ip", host, "--state", "state"]
        stack.enter_context(service(command, folder / host, (host, PEER_PORT)))


def place(film: Path, shared: Path) -> None:
    """Put the film into a share; a link costs nothing, but only within one disk."""
    try:
        os.link(film, shared)
    except OSError:
        shutil.copyfile(film, shared)


def play(
    central: str, name: str, folder: Path, screen: str, limit: float | None
) -> tuple[int, list[dict[str, Any]], Seen]:
    """Watch the film with p2p-play: its exit code, what it told, what the window showed."""
    told = folder / "events"
    environment = {**os.environ, "DISPLAY": screen}
    with told.open("wb") as out:
        with running(["p2p-play", "--json", central, name], folder, out, environment) as player:
            seen = watch(player, screen, name, limit)
        lines = told.read_text("utf-8", "replace").splitlines()
    events = [json.loads(line) for line in lines if line.startswith("{")]
    if not events:
        raise ProgramFailed(f"p2p-play said nothing that can be read: {(lines or ['nothing'])[-1]}")
    return player.returncode, events, seen


def watch(player: Popen[bytes], screen: str, title: str, limit: float | None) -> Seen:
    """Look at the player's window until it is gone or it has been looked at long enough."""
    seen = Seen()
    server = Server(screen)
    first = None
    try:
        while player.poll() is None:
            time.sleep(LOOK_EVERY_S)
            picture = server.picture(title)
            if picture is None:
                continue
            now = time.monotonic()
            first = first or now
            look(picture, seen, now - first)
            if limit is not None and now - first > limit:
                player.send_signal(signal.SIGINT)
                limit = None
    finally:
        server.close()
    return seen


def look(picture: Picture, seen: Seen, after: float) -> None:
    """Read the frame's number, and keep one picture to show."""
    seen.pictures += 1
    number = strip.decode_number(picture.pixels, picture.width, picture.height, screen_of(picture))
    if number is not None:
        seen.numbers.append(number)
    if seen.kept is None or after < KEEP_AT_S:
        seen.kept = picture


def screen_of(picture: Picture) -> tuple[int, int, int, int]:
    """Where in the window the film is: in the middle, as large as its shape allows."""
    scale = min(picture.width / WIDTH, picture.height / HEIGHT)
    wide, high = round(WIDTH * scale), round(HEIGHT * scale)
    return (picture.width - wide) // 2, (picture.height - high) // 2, wide, high


def tell(events: list[dict[str, Any]], peers: list[str]) -> None:
    """Say in a few lines what happened, from what the player told."""
    for end in of_kind(events, "finished"):
        if end["first_frame_s"] is not None:
            print(f"First frame after {end['first_frame_s']:.2f} s.")
        print(f"{end['shown']} frames shown, {end['lost']} lost.")
        for peer in peers:
            print(f"{size_text(end['sources'].get(peer, 0))} from {peer}.")


def of_kind(events: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """The events of one name, in order."""
    return [event for event in events if event["event"] == kind]


def complaints(code: int, events: list[dict[str, Any]], seen: Seen, seconds: int | None) -> Iterator[str]:
    """Everything that is not as it should be, a sentence each.

    :param seconds: how long the film is that was made here; None: it is somebody's own.
    """
    for event in of_kind(events, "failed"):
        yield event["message"]
    if code not in ((0, 130) if seconds is None else (0,)):
        yield f"p2p-play ended with exit code {code}"
    if not seen.pictures:
        yield "no window of the player was seen"
    if seconds is None:
        return
    if seen.numbers != sorted(seen.numbers):
        yield f"frames were shown out of order: {seen.numbers}"
    unseen = set(range(seconds)) - {number // FPS for number in seen.numbers}
    if unseen:
        yield f"no frame was seen of these seconds of the film: {sorted(unseen)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
