"""WHO HAS IT: the central, which tells who has a stream.

Start at `service`, the central while it runs, and `directory`, all that it knows.  Imports
``protocols`` and what lies below, never ``peer``: the two meet on the wire.

- `names`: signed names, and the catalogue that keeps them
- `leasing`: who has which key, until when, and who is told of whom
- `mappings`: the names of a mapping file
- `desk`, where guests ask and are answered, each at a `guest_seat`
- `allowances`, `searches`, `watchers`: how often one may ask, who searches next, who is told of changes
- `reaching`, `dial_back`: whether others reach those who announce
- `live_heads`: the newest heads of broadcasts; `rows`: answers; `tending`: what it does by itself
- `node`, `view`: a central as protocols, and as pages, see it
"""
