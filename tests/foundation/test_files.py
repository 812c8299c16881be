"""A file is there whole or not at all, under a key that cannot leave the store; folder and S3 behave alike."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto.server import ThreadedMotoServer

from marketplace.foundation.files import (
    BadKey,
    FileMissing,
    FileNotRead,
    FileNotStored,
    FileStore,
    FolderStore,
    UnknownStore,
    content_type_of,
    store_from,
)
from marketplace.foundation.files_s3 import S3Store


@pytest.fixture(scope="module")
def s3_endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def s3_url(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    client = boto3.client("s3", endpoint_url=s3_endpoint, region_name="us-east-1")
    client.create_bucket(Bucket="market")
    client.close()
    return f"s3://market/photos?endpoint={s3_endpoint}&region=us-east-1"


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> FileStore:
    return store_from(str(tmp_path / "files") if request.param == "folder" else request.getfixturevalue("s3_url"))


def test_what_was_put_is_read_back_opened_replaced_and_deleted(store: FileStore) -> None:
    key = "pictures/7k2m/400.avif"
    assert not store.exists(key)

    store.put(key, b"first", "image/avif")
    assert store.exists(key)
    assert store.read(key) == b"first"

    store.put(key, b"second", "image/avif")
    with store.open(key) as file:
        assert (file.read(3), file.read()) == (b"sec", b"ond")

    store.delete(key)
    store.delete(key)
    assert not store.exists(key)


def test_missing_file_is_named(store: FileStore) -> None:
    store.put("pictures/a", b"a file where a folder is meant", "image/jpeg")
    for key in ("pictures/none.jpg", "pictures/a/400.jpg"):
        assert not store.exists(key)
        store.delete(key)
        with pytest.raises(FileMissing, match=key):
            store.read(key)
        with pytest.raises(FileMissing, match=key):
            store.open(key)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "..",
        "../secret",
        "pictures/../../secret",
        "pictures//a.jpg",
        "pictures/",
        ".hidden",
        "pictures/.half",
        "pictures\\..\\secret",
        "a\0b",
        "a\n",
        "a b.jpg",
        "nhãn.jpg",
        "a%2e%2e/b",
        "C:evil",
        "x" * 201,
    ],
)
def test_key_that_could_leave_the_store_is_refused_everywhere(store: FileStore, key: str) -> None:
    with pytest.raises(BadKey):
        store.put(key, b"", "image/jpeg")
    for question in (store.read, store.open, store.exists, store.delete):
        with pytest.raises(BadKey):
            question(key)


def test_nothing_but_the_file_lies_in_the_folder(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "files")
    store.put("a/b/c.jpg", b"c", "image/jpeg")
    assert [path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()] == [Path("files/a/b/c.jpg")]


def test_disk_full_keeps_the_old_file_and_leaves_no_half_one(tmp_path: Path) -> None:
    """A real shortage: the child may not write files above 64 KB, so the write breaks off in the middle."""
    script = """
import resource, signal, sys
from marketplace.foundation.files import FileNotStored, FolderStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
store = FolderStore(sys.argv[1])
store.put("a/kept.jpg", b"old", "image/jpeg")
for key in ("a/kept.jpg", "a/new.jpg"):
    try:
        store.put(key, bytes(200_000), "image/jpeg")
    except FileNotStored as error:
        print(error)
store.put("a/after.jpg", b"room again", "image/jpeg")
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.splitlines() == [
        f"a/kept.jpg was not stored in {tmp_path}: File too large",
        f"a/new.jpg was not stored in {tmp_path}: File too large",
    ]
    files = {path.name: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {"kept.jpg": b"old", "after.jpg": b"room again"}


def test_content_is_synced_before_its_name_appears(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    real_sync, real_replace = os.fsync, os.replace

    def sync(descriptor: int) -> None:
        steps.append("sync " + Path(os.readlink(f"/proc/self/fd/{descriptor}")).name.partition(".")[0])
        real_sync(descriptor)

    def replace(source: str, target: str) -> None:
        steps.append("rename")
        real_replace(source, target)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "replace", replace)
    FolderStore(tmp_path / "root").put("a/b/c.jpg", b"c", "image/jpeg")
    assert steps == ["sync ", "rename", "sync b", "sync a", "sync root"]


def test_s3_keeps_content_type_and_prefix(s3_url: str, s3_endpoint: str) -> None:
    store_from(s3_url).put("pictures/a/400.avif", b"x", "image/avif")
    client = boto3.client("s3", endpoint_url=s3_endpoint, region_name="us-east-1")
    answer = client.head_object(Bucket="market", Key="photos/pictures/a/400.avif")
    client.close()
    assert answer["ContentType"] == "image/avif"


def test_s3_without_its_bucket_says_so(s3_url: str, s3_endpoint: str) -> None:
    store = S3Store("no-such-bucket", endpoint_url=s3_endpoint, region="us-east-1")
    with pytest.raises(FileNotStored, match="no-such-bucket"):
        store.put("a.jpg", b"a", "image/jpeg")
    with pytest.raises(FileNotRead, match="no-such-bucket"):
        store.read("a.jpg")


def test_stores_are_chosen_by_address(tmp_path: Path, s3_url: str) -> None:
    plain, named, bucket = store_from(str(tmp_path)), store_from(f"file://{tmp_path}/anh%20dep"), store_from(s3_url)
    assert isinstance(plain, FolderStore)
    assert plain.root == tmp_path
    assert isinstance(named, FolderStore)
    assert named.root == tmp_path / "anh dep"
    assert isinstance(bucket, S3Store)
    assert (bucket.bucket, bucket.prefix) == ("market", "photos/")


@pytest.mark.parametrize("url", ["ftp://host/x", "file://otherhost/x", "s3:///prefix", "s3://bucket/x?public=1"])
def test_address_of_no_store_is_refused(url: str) -> None:
    with pytest.raises(UnknownStore):
        store_from(url)


def test_folder_store_needs_no_boto3(tmp_path: Path) -> None:
    script = """
import sys
from marketplace.foundation.files import store_from
store_from(sys.argv[1])
print("boto3" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_content_type_comes_from_our_own_ending() -> None:
    assert content_type_of("pictures/a/400.avif") == "image/avif"
    assert content_type_of("evidence/a.html") == "application/octet-stream"
