"""What was broadcast from here: nobody else need have it, so it is never given up."""

from __future__ import annotations

from p2pstream.content.hashes.hash_nodes import leaf_hashes
from p2pstream.content.units import UNIT
from p2pstream.data.store import Store
from p2pstream.testing.proofs.proven import proven_film
from tests.data.store.stores import StoreTestCase

OWN, OTHER, THIRD = (proven_film(count * UNIT) for count in (4, 5, 6))


class OwnTests(StoreTestCase):
    """One film of our own, and less room than others need."""

    def kept(self, quota: int | None = None) -> Store:
        """A store that took it in."""
        store = self.store(quota)
        file = self.disk.open("recorded")
        file.pwrite(0, OWN.content)
        file.close()
        self.assertTrue(self.now(store.adopt(OWN.key, "recorded", leaf_hashes(OWN.content))))
        return store

    def crowded(self, store: Store) -> None:
        """Others come, one after another, each as large as the quota."""
        for film in (OTHER, THIRD):
            self.filled(store, film, (0, 5)).close()
            self.assertEqual(set(store.keys()), {OWN.key, film.key})
        self.assertEqual(self.content(self.opened(store, OWN.key)), OWN.content)

    def test_others_make_room(self) -> None:
        """Among themselves: what is our own takes no part, in use or not, also after a restart."""
        self.crowded(self.kept(5 * UNIT))
        self.crowded(self.store(5 * UNIT))
        store = self.store(5 * UNIT)
        stream = self.opened(store, OWN.key)
        self.crowded(store)
        stream.close()

    def test_another_program_put_it_in(self) -> None:
        """It is our own from when it is noticed."""
        store = self.store(5 * UNIT)
        self.now(store.ready())
        self.now(self.kept().close())
        self.now(store.ready())
        self.crowded(store)

    def test_it_is_had_elsewhere(self) -> None:
        """A copy is; it stays here, whether it is open or not."""
        store = self.kept()
        for path, opened in (("one", False), ("other", True)):
            stream = self.opened(store, OWN.key) if opened else None
            self.now(store.release(OWN.key, path))
            self.assertEqual(self.disk.released[path], OWN.content)
            self.assertEqual(list(store.keys()), [OWN.key])
            if stream is not None:
                stream.close()
        self.assertEqual(self.content(self.opened(store, OWN.key)), OWN.content)
        self.assertEqual([name for name in self.disk.files if name.startswith("guests/")], [])

    def test_without_its_mark(self) -> None:
        """It is like all others."""
        store = self.kept()
        self.now(store.close())
        self.disk.remove(next(name for name in self.disk.files if name.endswith(".own")))
        store = self.store(5 * UNIT)
        self.filled(store, OTHER, (0, 5)).close()
        self.assertEqual(list(store.keys()), [OTHER.key])
