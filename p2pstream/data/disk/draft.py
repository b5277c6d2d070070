"""Files on their way to a final name, and files that never get one."""

from __future__ import annotations

import errno
import os
import secrets
import stat
import tempfile
from contextlib import suppress
from functools import cache

from p2pstream.content.text import printable
from p2pstream.data.disk.descriptor import DiskFile, silent_flags
from p2pstream.data.disk.troubles import telling
from p2pstream.data.portable import portable_only
from p2pstream.errors import StorageError
from p2pstream.interfaces import IFile

__all__ = ["Draft", "move_out", "open_draft", "publish", "scratch_file", "withdraw"]

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
# File systems without O_TMPFILE answer with one of these.
_NO_TMPFILE = {errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL}
_COPIED_AT_ONCE = 1 << 20


class Draft(DiskFile):
    """A hidden file beside its final name; only the owner can read it until it is published.

    The folder stays open, so that a folder which is moved meanwhile takes it along.
    After `publish` and after `withdraw` it is still open, and still to be closed.
    """

    def __init__(self, descriptor: int, folder: int, hidden: str, path: str) -> None:
        super().__init__(descriptor, printable(path))
        self._folder: int | None = folder
        self._hidden: str | None = hidden
        self._name = os.path.basename(path)

    def publish(self) -> None:
        """Make it durable and give it its final name, in place of what had it."""
        if self._folder is None or self._hidden is None:
            return
        with self._in_use() as descriptor:
            os.fchmod(descriptor, 0o666 & ~_umask())
            os.fsync(descriptor)
            os.rename(self._hidden, self._name, src_dir_fd=self._folder, dst_dir_fd=self._folder)
            self._hidden = None
            os.fsync(self._folder)

    def withdraw(self) -> None:
        """Leave no trace of it, unless it was published; harmless when done twice."""
        if self._folder is not None and self._hidden is not None:
            with suppress(FileNotFoundError):
                os.unlink(self._hidden, dir_fd=self._folder)
            self._hidden = None

    def close(self) -> None:
        super().close()
        if self._folder is not None:
            os.close(self._folder)
            self._folder = None


def open_draft(path: str | os.PathLike[str]) -> DiskFile:
    """A `Draft` for ``path``; where a character device stands, that device itself.

    A link is followed first, so that the file it names is replaced and not the link.

    :raises errors.StorageError: at once, when nothing can ever be written there.
    """
    final = os.path.realpath(path)
    title = printable(os.fspath(path))
    mode = _mode(final, title)
    if stat.S_ISDIR(mode):
        raise StorageError(f"cannot write {title}: there is a folder of that name")
    if stat.S_ISCHR(mode):
        return _open_device(final, title)
    if not stat.S_ISREG(mode):
        raise StorageError(f"cannot write {title}: it is not a regular file")
    with telling("write", title):
        return _open_hidden(final)


def scratch_file(folder: str | os.PathLike[str] | None = None) -> DiskFile:
    """A file without a name, gone with its last descriptor: for what is only played.

    :param folder: left out, ``/var/tmp``: ``/tmp`` may be memory, and films are large.
    :raises errors.StorageError: when the folder takes no files.
    """
    where = os.fspath(folder) if folder is not None else _roomy_folder()
    title = f"a temporary file in {printable(where)}"
    with telling("write", title):
        return DiskFile(_open_nameless(where), title)


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


def move_out(folder: int, name: str, path: str | os.PathLike[str]) -> None:
    """Give the file ``name`` in the open ``folder`` the final name ``path``, durably.

    What may stand there is as for `open_draft`.  Another file system gets a copy, and
    the file itself is then removed.

    :raises errors.StorageError: nothing can be written there, or the disk refuses.
    """
    final = os.path.realpath(path)
    title = printable(os.fspath(path))
    file = DiskFile(os.open(name, os.O_RDWR | silent_flags, dir_fd=folder), title)
    try:
        if not stat.S_ISREG(_mode(final, title)) or not _moved(file, folder, name, final):
            _copy(file, path)
            os.unlink(name, dir_fd=folder)
        with telling("write", title):
            os.fsync(folder)
    finally:
        file.close()


def _moved(file: DiskFile, folder: int, name: str, path: str) -> bool:
    """Rename it, if that is one file system."""
    with telling("write", file.title):
        there = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            descriptor = file.fileno()
            assert descriptor is not None
            os.fchmod(descriptor, 0o666 & ~_umask())
            os.fsync(descriptor)
            os.rename(name, os.path.basename(path), src_dir_fd=folder, dst_dir_fd=there)
            os.fsync(there)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            return False
        finally:
            os.close(there)
    return True


def _copy(file: DiskFile, path: str | os.PathLike[str]) -> None:
    draft = open_draft(path)
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


def _open_hidden(path: str) -> Draft:
    folder = os.open(os.path.dirname(path), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        hidden = f".p2pstream-{secrets.token_hex(8)}.part"
        return Draft(os.open(hidden, _NEW, 0o600, dir_fd=folder), folder, hidden, path)
    except OSError:
        os.close(folder)
        raise


def _open_nameless(folder: str) -> int:
    if hasattr(os, "O_TMPFILE") and not portable_only():
        try:
            return os.open(folder, os.O_RDWR | os.O_TMPFILE | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            if error.errno not in _NO_TMPFILE:
                raise
    descriptor, path = tempfile.mkstemp(prefix=".p2pstream-", dir=folder)
    os.unlink(path)
    return descriptor


def _roomy_folder() -> str:
    return "/var/tmp" if os.access("/var/tmp", os.W_OK) else tempfile.gettempdir()


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
