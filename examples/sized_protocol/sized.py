"""A wire protocol: ``SIZED film.mp4`` and a line end, answered with 8 bytes of length and the film."""

from contextlib import closing

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Factory
from twisted.internet.task import deferLater
from twisted.protocols.basic import LineOnlyReceiver
from zope.interface import implementer

from p2pstream.data import BufferData
from p2pstream.errors import SourceLost
from p2pstream.interfaces import ISource
from p2pstream.protocols.registry import Sniff, ThinProtocol
from p2pstream.transport.connection import Connection
from p2pstream.transport.takeover import take_over


class Server(LineOnlyReceiver):
    delimiter = b"\n"

    def connectionMade(self):
        self.job = deferLater(self.node.reactor, 5, self.transport.abortConnection).addErrback(lambda _: None)

    def lineReceived(self, line):
        self.lineReceived = lambda line: None  # what follows is ignored
        self.job.cancel()
        self.job = Deferred.fromCoroutine(self.send(line[6:].decode("utf-8", "replace")))
        self.job.addErrback(lambda failure: self.transport.abortConnection())

    def connectionLost(self, reason):
        self.job.cancel()

    async def send(self, name):
        with closing(await self.node.open(name)) as data:
            take_over(self.transport, connection := Connection(stall_s=30, clock=self.node.reactor))
            await connection.send(BufferData(data.length.to_bytes(8, "big")))
            await connection.send(data)
            await connection.close()


@implementer(ISource)
class Client(Connection):
    address, ranged, proofs = "a sized peer", False, False

    def connectionMade(self):
        self.transport.write(b"SIZED %s\n" % self.want.name.encode())
        super().connectionMade()

    def request(self, consumer, start=0, stop=None):
        self.length, self.write_body = b"", consumer.write
        self.registerProducer = consumer.registerProducer
        self.unregisterProducer = consumer.unregisterProducer
        return self.receive(self).addCallback(self.check)

    def write(self, chunk):
        self.length, chunk = self.length + chunk[: 8 - len(self.length)], chunk[8 - len(self.length) :]
        if chunk:
            self.write_body(chunk)

    def check(self, received):
        if received != 8 + int.from_bytes(self.length, "big"):
            raise SourceLost("it ended too early")
        return received - 8

    close = Connection.abort


class Sized(ThinProtocol):
    name, version = "sized", "1"

    def sniff(self, prefix, hello=b"SIZED "):
        return Sniff.YES if prefix[:6] == hello else Sniff.MORE if hello.startswith(prefix) else Sniff.NO

    def server_factory(self, node):
        return Factory.forProtocol(type("SizedServer", (Server,), {"node": node}))

    def client_factory(self, node, want):
        return Factory.forProtocol(type("SizedClient", (Client,), {"want": want}))


protocol = Sized()
