"""The wire protocol of p2pstream's C++ ancestor: a bare name, answered with bytes.

A central answers with a list of addresses, a peer with the stream itself.  There is
no preface, no terminator, no length and no proof; docs/protocols/classic says more.
"""
