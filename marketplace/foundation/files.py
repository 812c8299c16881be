"""Where photos and papers lie: one small interface, a folder by default, any S3 store by configuration."""

from __future__ import annotations

import os
import pkgutil
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol, cast
from urllib.parse import SplitResult, unquote, urlsplit

_LONGEST_KEY = 200
_KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*", re.ASCII)
_CONTENT_TYPES = {
    "avif": "image/avif",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
}


class BadKey(ValueError):
    """A name no file of ours can have: it climbs out of the store, hides, or holds odd characters."""


class FileMissing(LookupError):
    """No file lies under that key."""


class FileNotStored(Exception):
    """The store could not take the file (full, read-only, unreachable); nothing of it is left behind."""


class FileNotRead(Exception):
    """The store did not answer; the file may well be there."""


class UnknownStore(ValueError):
    """The address of the store names no kind we know."""


class FileStore(Protocol):
    """Keys are slash-separated ASCII names. A file is there whole or not at all; putting again replaces it."""

    def put(self, key: str, data: bytes, content_type: str) -> None: ...

    def read(self, key: str) -> bytes: ...

    def open(self, key: str) -> BinaryIO: ...

    def exists(self, key: str) -> bool: ...

    def delete(self, key: str) -> None:
        """Deleting what is not there is not an error."""


def checked_key(key: str) -> str:
    """The key itself. No name may start with a dot: that keeps out "..", and our own temporary files."""
    if len(key) > _LONGEST_KEY or not _KEY.fullmatch(key):
        raise BadKey(f"{key[:_LONGEST_KEY]!r} is not the key of a file")
    return key


def content_type_of(key: str) -> str:
    """By the ending that we ourselves gave; whatever else is nothing a browser would run."""
    return _CONTENT_TYPES.get(key.rpartition(".")[2], "application/octet-stream")


class FolderStore:
    """Files below one folder, each written beside its place, synced and renamed: a full disk leaves no half file."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self.root = Path(root)

    def put(self, key: str, data: bytes, content_type: str) -> None:
        path = self._path(key)
        temporary: str | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)
            self._sync_folders(path.parent)
        except OSError as error:
            if temporary is not None:
                Path(temporary).unlink(missing_ok=True)
            raise FileNotStored(f"{key} was not stored in {self.root}: {error.strerror}") from error

    def read(self, key: str) -> bytes:
        with self.open(key) as file:
            return file.read()

    def open(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
            raise FileMissing(f"{key} is not in {self.root}") from error
        except OSError as error:
            raise FileNotRead(f"{key} could not be read in {self.root}: {error.strerror}") from error

    def exists(self, key: str) -> bool:
        return self._path(key).is_file()

    def delete(self, key: str) -> None:
        try:
            self._path(key).unlink()
        except (FileNotFoundError, NotADirectoryError):
            return

    def _path(self, key: str) -> Path:
        return self.root / checked_key(key)

    def _sync_folders(self, folder: Path) -> None:
        # The name, and that of every folder above it that may be new, must survive a power cut as the content does.
        while True:
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            if folder in {self.root, folder.parent}:
                return
            folder = folder.parent


def _folder(address: SplitResult) -> FileStore:
    if address.netloc not in {"", "localhost"} or not address.path:
        raise UnknownStore(f"{address.geturl()!r} names no local folder; write file:///path/to/folder")
    return FolderStore(unquote(address.path))


def _s3(address: SplitResult) -> FileStore:
    # By name, when asked for: boto3 is an optional extra, and half a second of every start.
    open_store = pkgutil.resolve_name("marketplace.foundation.files_s3:store_from")
    return cast(FileStore, open_store(address))


_KINDS: dict[str, Callable[[SplitResult], FileStore]] = {"file": _folder, "s3": _s3}


def store_from(url: str) -> FileStore:
    """The store at a plain path, `file:///path` or `s3://bucket/prefix?endpoint=https://…&region=…`."""
    if "://" not in url:
        return FolderStore(url)
    address = urlsplit(url)
    if address.scheme not in _KINDS:
        raise UnknownStore(f"{url!r} is no file store; write a path, file:///path or s3://bucket/prefix")
    return _KINDS[address.scheme](address)


_in_use: list[FileStore] = []


def use(url: str) -> None:
    """Open the store that `store` gives from now on in this process."""
    _in_use[:] = [store_from(url)]


def store() -> FileStore:
    return _in_use[0]
