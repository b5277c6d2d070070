"""What ``twistd --help`` lists."""

from twisted.application.service import ServiceMaker

central = ServiceMaker("p2p-central", "p2pstream.roles.central", "Tell who has a film.", "p2p-central")
peer = ServiceMaker("p2p-peer", "p2pstream.roles.peer", "Share films.", "p2p-peer")
