"""WHAT: names, addresses, ranges, keys, trees, records, as pure values, and the rules about them.

All of it is pure and imports nothing above.  Start at `names` (what people call a stream), `keys`
(what identifies its bytes) and `ranges`.

- `hashes`: the tree over a stream, its pages and slices, and what BitTorrent makes of it
- `signed`: what publishers, sources and centrals sign; `signing`: who signs
- `hls`, `mpegts`, `subtitles`, `side`: formats of what is watched, and of what lies beside it
- `shown`, `views`, `listed`, `library`: how things stand, for those who show it
"""
