"""The services: ``twistd`` roles and the programs of the same names.

Start at `central` or `peer`: `options` reads the command line, `assembly` puts the parts together,
`service` is the edge where they meet the process.  Nothing is decided here that a part could.

- `ground`, `state`, `speaking`: what all parts stand on, what is kept, what the port speaks
- `doctor`, `local`, `multicast`: what can be found out about why others do not get a film
"""
