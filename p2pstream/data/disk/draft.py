"""Files on their way to a final name."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from functools import cache

from p2pstream.content.text import printable
from p2pstream.data.disk.descriptor import DESCRIPTORS, DiskFile, silent_flags
from p2pstream.data.disk.leftovers import clear_leftovers, hidden_name, hold, open_hidden
from p2pstream.data.disk.scratch import open_nameless
from p2pstream.data.disk.troubles import telling
from p2pstream.errors import StorageError
from p2pstream.interfaces import IFile

__all__ = ["Draft", "move_out", "open_draft", "permit", "publish", "withdraw"]

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
_COPIED_AT_ONCE = 1 << 20


class Draft(DiskFile):
    """A file on its way to a name; only the owner can read it until it is published.

    It has no name at all where the system can give one later, so that nothing is left
    of a process that is killed; elsewhere it is a hidden file beside its final name,
    which is removed when a draft is next opened in that folder.
    The folder stays open, so that a folder which is moved meanwhile takes it along.
    After `publish` and after `withdraw` it is still open, and still to be closed.

    :param hidden: the name that it has meanwhile; None for none.
    :param replace: whether it may take the place of what has its final name then.
    """

    def __init__(self, descriptor: int, folder: int, hidden: str | None, path: str, replace: bool) -> None:
        super().__init__(descriptor, printable(path))
        self._folder: int | None = folder
        self._hidden = hidden
        self._name = os.path.basename(path)
        self._replace = replace
        self._settled = False

    def publish(self) -> None:
        """Make it durable and give it its final name.

        :raises FileExistsError: something else has that name by now, and may not be replaced.
        """
        if self._settled or self._folder is None:
            return
        with self._in_use() as descriptor:
            os.fchmod(descriptor, 0o666 & ~_umask())
            os.fsync(descriptor)
            if self._hidden is None:
                self._link(descriptor, self._folder)
            else:
                _rename(self._folder, self._hidden, self._folder, self._name, self._replace)
            self._settled, self._hidden = True, None
            os.fsync(self._folder)

    def withdraw(self) -> None:
        """Leave no trace of it, unless it was published; harmless when done twice."""
        self._settled = True
        if self._folder is not None and self._hidden is not None:
            with suppress(FileNotFoundError):
                os.unlink(self._hidden, dir_fd=self._folder)
            self._hidden = None

    def close(self) -> None:
        super().close()
        if self._folder is not None:
            os.close(self._folder)
            self._folder = None

    def _link(self, descriptor: int, folder: int) -> None:
        """Give the nameless file its first name."""
        source = f"{DESCRIPTORS}/{descriptor}"
        try:
            os.link(source, self._name, dst_dir_fd=folder)
        except FileExistsError:
            if not self._replace:
                raise
            self._hidden = hidden_name()
            os.link(source, self._hidden, dst_dir_fd=folder)
            _rename(folder, self._hidden, folder, self._name, replace=True)


def open_draft(path: str | os.PathLike[str], replace: bool = True) -> DiskFile:
    """A `Draft` for ``path``; where a character device stands, that device itself.

    A link is followed first, so that the file it names is replaced and not the link.

    :param replace: whether `publish` may replace a file that is there by then.
    :raises errors.StorageError: at once, when nothing can ever be written there.
    """
    title = printable(os.fspath(path))
    with telling("write", title):
        # There may be no current folder any more.
        final = os.path.realpath(path)
    mode = _mode(final, title)
    if stat.S_ISDIR(mode):
        raise StorageError(f"cannot write {title}: there is a folder of that name")
    if stat.S_ISCHR(mode):
        return _open_device(final, title)
    if not stat.S_ISREG(mode):
        raise StorageError(f"cannot write {title}: it is not a regular file")
    with telling("write", title):
        return _open_beside(final, replace)


def publish(file: IFile) -> None:
    """Give ``file`` its final name, if it is to have one.

    :raises errors.StorageError: when the disk refuses.
    """
    if isinstance(file, Draft):
        with telling("write", file.title):
            file.publish()


def withdraw(file: IFile) -> None:
    """Leave nothing of ``file`` behind, unless it has its final name; it stays open.

    :raises errors.StorageError: when it cannot be removed.
    """
    if isinstance(file, Draft):
        with telling("remove", file.title):
            file.withdraw()


def move_out(folder: int, name: str, path: str | os.PathLike[str], replace: bool = True) -> None:
    """Give the file ``name`` in the open ``folder`` the final name ``path``, durably.

    What may stand there is as for `open_draft`.  Another file system gets a copy, and
    the file itself is then removed.

    :param replace: whether it may take the place of a file that is there.
    :raises errors.StorageError: nothing can be written there, or the disk refuses.
    :raises OSError: ``name`` is not there, or is a link: its target would get the permissions.
    """
    final = os.path.realpath(path)
    title = printable(os.fspath(path))
    file = DiskFile(os.open(name, os.O_RDWR | os.O_NOFOLLOW | silent_flags, dir_fd=folder), title)
    try:
        if not stat.S_ISREG(_mode(final, title)) or not _moved(file, folder, name, final, replace):
            _copy(file, path, replace)
            os.unlink(name, dir_fd=folder)
        with telling("write", title):
            os.fsync(folder)
    finally:
        file.close()


def permit(path: str) -> None:
    """Let others have a file that one of this user's programs made as if we had made it.

    :raises errors.StorageError: the disk refuses.
    """
    mode = 0o666 & ~_umask()
    with telling("write", printable(path)):
        if stat.S_IMODE(os.stat(path).st_mode) != mode:
            os.chmod(path, mode)


def _moved(file: DiskFile, folder: int, name: str, path: str, replace: bool) -> bool:
    """Rename it, if that is one file system."""
    with telling("write", file.title):
        there = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            descriptor = file.fileno()
            assert descriptor is not None
            os.fchmod(descriptor, 0o666 & ~_umask())
            os.fsync(descriptor)
            _rename(folder, name, there, os.path.basename(path), replace)
            os.fsync(there)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            return False
        finally:
            os.close(there)
    return True


def _rename(folder: int, name: str, there: int, new: str, replace: bool) -> None:
    if replace:
        os.rename(name, new, src_dir_fd=folder, dst_dir_fd=there)
        return
    # Whoever makes an empty file first has the name, on every file system.
    os.close(os.open(new, _NEW, 0o600, dir_fd=there))
    try:
        os.rename(name, new, src_dir_fd=folder, dst_dir_fd=there)
    except OSError:
        os.unlink(new, dir_fd=there)
        raise


def _copy(file: DiskFile, path: str | os.PathLike[str], replace: bool) -> None:
    draft = open_draft(path, replace)
    try:
        with telling("write", draft.title, file.size()):
            offset = 0
            while chunk := file.pread(offset, _COPIED_AT_ONCE):
                draft.pwrite(offset, chunk)
                offset += len(chunk)
        publish(draft)
    except BaseException:
        withdraw(draft)
        raise
    finally:
        draft.close()


def _mode(path: str, title: str) -> int:
    """What stands at ``path``; a regular file where there is nothing yet."""
    with telling("write", title):
        try:
            return os.stat(path).st_mode
        except FileNotFoundError:
            return stat.S_IFREG


def _open_device(path: str, title: str) -> DiskFile:
    with telling("write", title):
        return DiskFile(os.open(path, os.O_RDWR | silent_flags), title)


def _open_beside(path: str, replace: bool) -> Draft:
    folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        clear_leftovers(folder)
        descriptor, hidden = _open_unnamed(folder)
    except OSError:
        os.close(folder)
        raise
    return Draft(descriptor, folder, hidden, path, replace)


def _open_unnamed(folder: int) -> tuple[int, str | None]:
    """A new file without a name, if it can be given one later; else a hidden one, and its name."""
    if os.path.exists(f"{DESCRIPTORS}/{folder}"):
        descriptor = open_nameless(folder, linkable=True)
        if descriptor is not None:
            # It will have a hidden name for a moment, if it is to take the place of another.
            hold(descriptor)
            return descriptor, None
    return open_hidden(folder)


@cache
def _umask() -> int:
    """The permissions that this user withholds; read once, at the first use.

    The system call can only swap the mask, and for that moment other threads' files
    would be made without one; Linux tells it without.
    """
    with suppress(OSError), open("/proc/self/status", encoding="ascii", errors="replace") as status:
        for line in status:
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
