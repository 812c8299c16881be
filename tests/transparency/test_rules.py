"""The tree of RFC 6962 by its known roots, and every proof of every small size by the checker's own verifier."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.transparency.rules import tiles, tree
from tests.transparency.sealing import CHECKER

# The eight leaves and the roots over their beginnings that implementations of RFC 6962 have long compared with.
LEAVES = [bytes.fromhex(leaf) for leaf in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def _load_checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("checker", CHECKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


checker = _load_checker()


def leaf(number: int) -> bytes:
    return f"leaf {number}".encode()


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1 word for word."""
    if not leaves:
        return tree.EMPTY_ROOT
    if len(leaves) == 1:
        return tree.leaf_hash(leaves[0])
    cut = 1
    while cut * 2 < len(leaves):
        cut *= 2
    return tree.node_hash(naive_root(leaves[:cut]), naive_root(leaves[cut:]))


def grown(leaves: list[bytes]) -> tuple[bytes, dict[tree.Place, bytes]]:
    appender, nodes = tree.Appender(), {}
    for one in leaves:
        nodes |= {(level, index): digest for level, index, digest in appender.add(one)}
    return appender.root(), nodes


ROOT_OF = [naive_root([leaf(i) for i in range(size)]) for size in range(71)]
NODES = grown([leaf(i) for i in range(70)])[1]


@pytest.mark.parametrize("size", range(9))
def test_roots_are_the_known_ones(size: int) -> None:
    assert grown(LEAVES[:size])[0].hex() == ROOTS[size]


def test_appending_gives_the_root_of_the_definition_and_only_complete_subtrees() -> None:
    for size in range(71):
        root, nodes = grown([leaf(i) for i in range(size)])
        assert root == ROOT_OF[size]
        assert len(nodes) == 2 * size - size.bit_count()


def test_every_inclusion_proof_verifies_and_has_no_hash_too_many() -> None:
    for size in range(1, 71):
        for index in range(size):
            path = tree.hashes(tree.inclusion_ranges(index, size), NODES)
            assert checker.root_from_inclusion(index, size, leaf(index), path) == ROOT_OF[size]


def test_every_consistency_proof_verifies() -> None:
    for new in range(1, 71):
        for old in range(1, new + 1):
            path = tree.hashes(tree.consistency_ranges(old, new), NODES)
            checker.check_consistency(old, ROOT_OF[old], new, ROOT_OF[new], path)


def is_refused(check: object, *arguments: object, expected: bytes | None = None) -> bool:
    try:
        return check(*arguments) != expected  # type: ignore[operator]
    except checker.Wrong:
        return True


def mutations(path: list[bytes], position: int) -> list[list[bytes]]:
    other = bytes([path[position % len(path)][0] ^ 1]) + path[position % len(path)][1:] if path else b"x" * 32
    place = position % len(path) if path else 0
    return [[*path, other], [other, *path]] + (
        [[*path[:place], other, *path[place + 1 :]], path[:place] + path[place + 1 :]] if path else []
    )


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 70), st.integers(0, 69), st.integers(0, 10), st.integers(0, 75))
def test_a_changed_inclusion_proof_is_refused(size: int, index: int, position: int, elsewhere: int) -> None:
    index %= size
    path = tree.hashes(tree.inclusion_ranges(index, size), NODES)
    for changed in mutations(path, position):
        assert is_refused(checker.root_from_inclusion, index, size, leaf(index), changed, expected=ROOT_OF[size])
    assert is_refused(checker.root_from_inclusion, index, size, leaf(index) + b".", path, expected=ROOT_OF[size])
    if elsewhere != index:
        assert is_refused(checker.root_from_inclusion, elsewhere, size, leaf(index), path, expected=ROOT_OF[size])


@settings(max_examples=300, deadline=None)
@given(st.integers(1, 70), st.integers(1, 70), st.integers(0, 10))
def test_a_changed_consistency_proof_is_refused(one: int, two: int, position: int) -> None:
    old, new = sorted((one, two))
    path = tree.hashes(tree.consistency_ranges(old, new), NODES)
    forged = b"f" * 32
    for changed in mutations(path, position):
        assert is_refused(checker.check_consistency, old, ROOT_OF[old], new, ROOT_OF[new], changed, expected=None) or (
            pytest.fail(f"{old}→{new} accepted {changed}")
        )
    assert is_refused(checker.check_consistency, old, forged, new, ROOT_OF[new], path)
    assert is_refused(checker.check_consistency, old, ROOT_OF[old], new, forged, path)


def test_the_edges_of_textbook_verifiers_are_refused() -> None:
    assert is_refused(checker.root_from_inclusion, 0, 0, b"", [])
    assert is_refused(checker.root_from_inclusion, 1, 1, leaf(1), [])
    assert is_refused(checker.root_from_inclusion, 0, 2, leaf(0), [])
    assert is_refused(checker.root_from_inclusion, 0, 1, leaf(0), [b"x" * 32])
    assert is_refused(checker.check_consistency, 0, tree.EMPTY_ROOT, 5, ROOT_OF[5], [])
    assert is_refused(checker.check_consistency, 3, ROOT_OF[3], 5, ROOT_OF[5], [])
    assert is_refused(checker.check_consistency, 4, ROOT_OF[4], 8, ROOT_OF[8], [])
    assert is_refused(checker.check_consistency, 5, ROOT_OF[5], 5, ROOT_OF[5], [b"x" * 32])
    assert is_refused(checker.check_consistency, 6, ROOT_OF[6], 5, ROOT_OF[5], [b"x" * 32])
    for old, new in ((0, 5), (6, 5), (-1, 5)):
        with pytest.raises(tree.BadRange):
            tree.consistency_ranges(old, new)
    for index, size in ((0, 0), (5, 5), (-1, 5)):
        with pytest.raises(tree.BadRange):
            tree.inclusion_ranges(index, size)


def test_tile_addresses_are_written_as_the_standard_says() -> None:
    assert tiles.address(1234067) == "x001/x234/067"
    assert tiles.read_address("x001/x234/067") == (1234067, 256)
    assert tiles.read_address("000") == (0, 256)
    assert tiles.read_address("273.p/112") == (273, 112)
    for number in (0, 999, 1000, 1234067, 999_999_999):
        assert tiles.read_address(tiles.address(number)) == (number, 256)
    for wrong in ("", "0", "00", "0000", "1234067", "x000/001", "001/234", "x001/x234", "000.p/0", "000.p/256",
                  "000.p/01", "000.p/", "x001/x234/067/", "٠٠٠", "000\n"):  # fmt: skip
        assert tiles.read_address(wrong) is None, wrong
