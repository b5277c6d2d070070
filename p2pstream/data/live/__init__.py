"""A broadcast on this machine: its window on the disk, its newest bytes in memory.  Start at `data`.

- `data`: `LiveData`, an `IArriving` without a length
- `reading`: its readers' side
- `files`: what lies on the disk, by epoch
- `journal`: how slices are written down
- `timeline`: where the leaves of epochs lie for readers
- `stuffing`: what stands for bytes that never came
"""

from p2pstream.data.live.data import LiveData
from p2pstream.data.live.files import EpochFiles, epochs_of, remove_epochs
from p2pstream.data.live.journal import Slice

__all__ = ["EpochFiles", "LiveData", "Slice", "epochs_of", "remove_epochs"]
