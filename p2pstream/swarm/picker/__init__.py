"""What to ask of whom: which units, of which source, how urgently.  Pure.

Start at `picker`, which is told what happened and answers with picks; `board` is how things stand,
`supplier` what one source owes, `demands` what readers need.
"""

from p2pstream.swarm.picker.board import LATER, NOW, SOON, Pick, Shelves
from p2pstream.swarm.picker.picker import Picker
from p2pstream.swarm.picker.supplier import Shelf

__all__ = ["LATER", "NOW", "SOON", "Pick", "Picker", "Shelf", "Shelves"]
