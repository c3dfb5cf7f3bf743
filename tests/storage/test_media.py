"""Media files: what is put is kept whole, and no key leads anywhere else."""

import os
import time
from pathlib import Path

import pytest

from plausch.kernel.errors import NotFound
from plausch.storage.media import MediaFiles, MediaStore, new_key

NO_KEYS = [
    "",
    ".",
    "..",
    "../../../../etc/passwd",
    "/etc/passwd",
    "a" * 31,
    "a" * 33,
    "A" * 32,
    "g" * 32,
    "a" * 32 + "\n",
    "a" * 32 + "\x00",
    "a" * 32 + "/..",
    "a" * 29 + "/..",
    "../" + "a" * 29,
    "..\\" + "a" * 29,
    "%2e%2e%2f" + "a" * 23,
    "٠" * 32,
    "ａ" * 32,
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
def store(folder: Path) -> MediaFiles:
    return MediaFiles(folder)


def files_below(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


async def test_what_is_put_can_be_read_listed_measured_and_deleted(store: MediaFiles) -> None:
    keys = [new_key() for _ in range(5)]
    for position, key in enumerate(keys):
        await store.put(key, bytes([position]) * 1000)
    assert [await store.read(key) for key in keys] == [bytes([position]) * 1000 for position in range(5)]
    assert await store.keys() == set(keys)
    assert (await store.measure()).size == 5000
    await store.delete([*keys[:4], new_key()])
    assert await store.keys() == {keys[4]}
    assert (await store.measure()).size == 1000
    with pytest.raises(NotFound):
        await store.read(keys[0])
    assert store.find_path(keys[0]) is None


async def test_a_file_lies_where_its_path_says(store: MediaFiles, folder: Path) -> None:
    key = new_key()
    await store.put(key, b"picture")
    path = store.find_path(key)
    assert path == folder / key[:2] / key[2:4] / key
    assert path.read_bytes() == b"picture"


async def test_an_empty_store_is_no_error(store: MediaFiles) -> None:
    assert await store.keys() == set()
    assert (await store.measure()).size == 0
    assert await store.remove_partial() == 0
    await store.delete([new_key()])


@pytest.mark.parametrize("key", NO_KEYS, ids=repr)
async def test_what_is_no_key_of_ours_is_not_found(store: MediaFiles, folder: Path, key: str) -> None:
    await store.put(new_key(), b"")
    before = sorted(folder.parent.rglob("*"))
    for attempt in (store.put(key, b"x"), store.read(key), store.delete([key])):
        with pytest.raises(NotFound):
            await attempt
    with pytest.raises(NotFound):
        store.find_path(key)
    assert sorted(folder.parent.rglob("*")) == before


async def test_a_failed_write_leaves_nothing_behind(store: MediaFiles, folder: Path) -> None:
    key = new_key()
    (folder / key[:2] / key[2:4] / key).mkdir(parents=True)  # renaming onto it fails
    with pytest.raises(OSError, match=key):
        await store.put(key, b"x" * 100)
    assert files_below(folder) == set()


async def test_what_a_killed_process_left_half_written_is_no_key_and_can_be_removed(
    store: MediaFiles, folder: Path
) -> None:
    kept, left, fresh = new_key(), new_key(), new_key()
    await store.put(kept, b"kept")
    for key, age in ((left, 7200), (fresh, 0)):
        partial = folder / key[:2] / key[2:4] / f"{key}.part"
        partial.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(b"half")
        os.utime(partial, (time.time() - age,) * 2)
    assert await store.keys() == {kept}
    assert await store.remove_partial() == 1
    assert files_below(folder) == {kept, f"{fresh}.part"}


def test_keys_are_random_and_the_files_are_a_store(store: MediaFiles) -> None:
    assert len({new_key() for _ in range(1000)}) == 1000
    as_store: MediaStore = store
    assert as_store is store
