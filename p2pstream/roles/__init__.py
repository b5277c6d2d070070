"""The services: ``twistd`` roles and the programs of the same names."""
