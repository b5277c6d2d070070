"""Which picture is of which moment, and where it lies."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from p2pstream.content.side import Facts, Piece, Storyboard, pack
from p2pstream.content.side.packfile import SHEET
from p2pstream.player.scene.seek_pictures import SeekPictures
from p2pstream.player.scene.shapes import SheetPart

#: Seven pictures, one each two seconds, two by two on sheets.
BOARD = Storyboard(2000, 7, 160, 90, 2, 2)
SHEETS = [b"first sheet", b"second"]
CONTENT = pack(Facts(), [(Piece(SHEET, "image/jpeg", 0), sheet) for sheet in SHEETS], BOARD)


class SeekPicturesTests(SynchronousTestCase):
    """Row by row, sheet by sheet."""

    def test_places(self) -> None:
        """Each moment has the one of before it; beyond both ends it is the last one there."""
        pictures = SeekPictures.read(CONTENT)
        assert pictures is not None
        for seconds, tile in (
            (0.0, SheetPart(0, 0, 0, 160, 90)),
            (3.9, SheetPart(0, 160, 0, 160, 90)),
            (4.0, SheetPart(0, 0, 90, 160, 90)),
            (8.0, SheetPart(1, 0, 0, 160, 90)),
            (999.0, SheetPart(1, 0, 90, 160, 90)),
            (-1.0, SheetPart(0, 0, 0, 160, 90)),
        ):
            self.assertEqual(pictures.at(seconds), tile, seconds)
        self.assertEqual([pictures.sheet(number) for number in (0, 1)], SHEETS)

    def test_none(self) -> None:
        """What has none, what is cut at any byte, and what is something else."""
        self.assertIsNone(SeekPictures.read(pack(Facts(), [])))
        self.assertIsNone(SeekPictures.read(b"anything else"))
        for stop in range(len(CONTENT)):
            self.assertIsNone(SeekPictures.read(CONTENT[:stop]), stop)
