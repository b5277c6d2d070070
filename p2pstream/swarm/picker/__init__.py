"""What to ask of whom: which units, of which source, how urgently.  Pure."""

from p2pstream.swarm.picker.board import LATER, NOW, SOON, Pick, Shelves
from p2pstream.swarm.picker.picker import Picker
from p2pstream.swarm.picker.supplier import Shelf

__all__ = ["LATER", "NOW", "SOON", "Pick", "Picker", "Shelf", "Shelves"]
