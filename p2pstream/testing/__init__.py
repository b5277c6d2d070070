"""Public pieces for tests: fakes, simulated networks, contracts, films.  Only tests import them."""
