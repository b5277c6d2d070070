"""Files without a name."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.player.libvlc.text_files import TextFiles
from p2pstream.player.scene.side_texts import TextTrack


class TextFilesTests(SynchronousTestCase):
    """As libvlc opens them."""

    def test_content(self) -> None:
        """Each is read from its address, as often as one likes, until it is closed."""
        files = TextFiles([TextTrack("de", b"WEBVTT\n"), TextTrack("fr", b"WEBVTT \n" * 50_000)])
        self.assertEqual(files.names, ["de", "fr"])
        paths = [Path(address.decode().removeprefix("file://")) for address in files.addresses]
        for _ in range(2):
            self.assertEqual([len(path.read_bytes()) for path in paths], [7, 400_000])
        files.close()
        files.close()
        self.assertEqual((files.addresses, [path.exists() for path in paths]), ([], [False, False]))

    def test_none(self) -> None:
        """Of none there is nothing to close."""
        self.assertEqual(TextFiles().addresses, [])
