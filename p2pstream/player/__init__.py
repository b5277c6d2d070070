"""SHOW: plays one `IData` to a person, in a window of ours or of libvlc's.

Start at `sfml_player` (our window) or `vlc_player` (libvlc's); both are an `IPlayer` and play with
`playback`, or `live` for a broadcast.  Imports interfaces, ``content``, errors and limits alone:
it is handed what it shows, and does not know that there is a network.

- `intake`: bytes on their way to libvlc, and when to wait for them
- `libvlc`: libvlc itself, and which thread may touch it
- `control`: what a viewer does at the keyboard, and what is meant by it
- `scene`: what is drawn over the film, as values; `screen`: the window in which it is drawn
- `live`: how far a broadcast is behind, and how it stays so
- `deck`, `reporter`: the film as the controls, and as the drawing, see it
- `programs`: other people's players; `preflight`: what is missing for ours
"""
