"""What every provider of the store seam must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zope.interface.verify import verifyObject

from p2pstream.content.units import UNIT
from p2pstream.errors import ReadStopped, SessionError, StorageError
from p2pstream.interfaces import IHeldStream, IStore
from p2pstream.testing.bytes.consumers import CollectingConsumer
from p2pstream.testing.proofs.proven import prove, proven_film

if TYPE_CHECKING:
    from twisted.trial.unittest import TestCase as _Case
else:
    _Case = object

__all__ = ["HeldStreamContract", "StoreContract"]

FILM = proven_film(3 * UNIT)


class HeldStreamContract(_Case):
    """The contract of `IHeldStream`; for trial's ``TestCase``."""

    async def make_held(self) -> Any:
        """The stream of ``FILM``, held by one user, of which nothing is here."""
        raise NotImplementedError

    async def test_provides_held(self) -> None:
        """Both have all that the interface promises, the first user's and the next one's."""
        one = await self.make_held()
        for each in (one, one.again()):
            self.assertTrue(verifyObject(IHeldStream, each))
            each.close()

    async def test_one_user_more(self) -> None:
        """Has the same bytes and readers; what one puts, all have."""
        one = await self.make_held()
        prove(one, FILM)
        await one.put_units(0, FILM.units(0, 1))
        two = one.again()
        self.assertEqual((two.key, list(two.units)), (FILM.key, [(0, 1)]))
        cursor = one.cursor(5, "read")
        self.assertEqual(list(two.cursors), [cursor])
        reading = one.read_to(CollectingConsumer(), UNIT, UNIT + 1)
        await two.put_units(1, FILM.units(1, 2))
        self.assertEqual(await reading, 1)
        self.assertEqual(list(one.units), [(0, 2)])
        one.close()
        two.close()

    async def test_each_closes_its_own(self) -> None:
        """However often; with the last it is over, and whoever reads is told so."""
        one = await self.make_held()
        prove(one, FILM)
        two, three = one.again(), one.again()
        for _ in range(3):
            one.close()
        self.assertEqual(await two.put_units(0, FILM.units(0, 1)), [True])
        two.close()
        reading = three.read_to(CollectingConsumer(), UNIT, UNIT + 1)
        two.close()
        self.assertEqual(await three.put_units(1, FILM.units(1, 2)), [True])
        self.assertEqual(await reading, 1)
        three.close()
        await self.assertFailure(three.put_units(2, FILM.units(2, 3)), SessionError)
        await self.assertFailure(three.read_to(CollectingConsumer(), 0, 5), ReadStopped)


class StoreContract(_Case):
    """The contract of `IStore`; for trial's ``TestCase``."""

    def make_store(self) -> Any:
        """An empty `IStore`."""
        raise NotImplementedError

    async def filled(self, store: Any, stop: int) -> Any:
        """The film, opened, with the units before ``stop``."""
        stream = await store.open(FILM.key)
        prove(stream, FILM)
        await stream.put_units(0, FILM.units(0, stop))
        return stream

    async def test_provides_store(self) -> None:
        """The provider has all that the interfaces promise."""
        store = self.make_store()
        self.assertTrue(verifyObject(IStore, store))
        self.assertTrue(verifyObject(IHeldStream, await store.open(FILM.key)))

    async def test_many_users(self) -> None:
        """All have the same bytes and readers; what one puts, all have."""
        store = self.make_store()
        one, two = await self.filled(store, 1), await store.open(FILM.key)
        self.assertEqual(list(two.units), [(0, 1)])
        cursor = one.cursor(5, "read")
        self.assertEqual(list(two.cursors), [cursor])
        reading = one.read_to(CollectingConsumer(), UNIT, UNIT + 1)
        await two.put_units(1, FILM.units(1, 2))
        self.assertEqual(await reading, 1)

    async def test_close_twice(self) -> None:
        """Who closes more often than they opened takes nobody else's away."""
        store = self.make_store()
        one, two = await self.filled(store, 1), await store.open(FILM.key)
        one.close()
        one.close()
        self.assertEqual(await two.put_units(1, FILM.units(1, 2)), [True])
        two.close()
        await self.assertFailure(two.put_units(2, FILM.units(2, 3)), SessionError)
        await self.assertFailure(two.read_to(CollectingConsumer(), 0, 5), ReadStopped)
        again = await store.open(FILM.key)
        two.close()
        self.assertEqual(list(again.units), [(0, 2)])
        self.assertEqual(await again.put_units(2, FILM.units(2, 3)), [True])

    async def test_again(self) -> None:
        """One user more closes it for themselves, also where it has left the store."""
        store, path = self.make_store(), self.mktemp()
        one = await self.filled(store, 3)
        two = one.again()
        await store.release(FILM.key, path)
        three = two.again()
        one.close()
        two.close()
        self.assertEqual(list(three.units), [(0, 3)])
        three.close()
        self.assertEqual(list(three.units), [])

    async def test_keys(self) -> None:
        """What was put is here after its last user closed it; what was only opened is not."""
        store = self.make_store()
        (await store.open(proven_film(UNIT).key)).close()
        (await self.filled(store, 1)).close()
        again = await store.open(FILM.key)
        self.assertEqual(list(again.units), [(0, 1)])
        again.close()
        # Until then a stream that ended may still be on its way out.
        await store.close()
        self.assertEqual(list(store.keys()), [FILM.key])

    async def test_release(self) -> None:
        """Only what is whole leaves."""
        store, path = self.make_store(), self.mktemp()
        stream = await self.filled(store, 2)
        await self.assertFailure(store.release(FILM.key, path), StorageError)
        await stream.put_units(2, FILM.units(2, 3))
        await store.release(FILM.key, path)
        self.assertEqual(list(store.keys()), [])
