"""The key that this process signs the log with; set once from the settings, by wiring."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from marketplace.transparency.rules import notes


@dataclass(frozen=True)
class Signer:
    """Signs under `name`; `old_keys` are verifier keys of before, which still vouch for older checkpoints."""

    name: str
    key: Ed25519PrivateKey
    old_keys: tuple[str, ...] = ()

    @property
    def verifier_key(self) -> str:
        return notes.verifier_key(self.name, notes.public_bytes(self.key))

    @property
    def verifier_keys(self) -> tuple[str, ...]:
        return (self.verifier_key, *self.old_keys)

    @property
    def key_id(self) -> str:
        return notes.key_hash(self.name, notes.public_bytes(self.key)).hex()

    def checkpoint(self, size: int, root: bytes) -> str:
        return notes.sign(notes.checkpoint_text(self.name, size, root), self.name, self.key)


_signer: list[Signer] = []


def use(*, name: str, seed: bytes, old_keys: tuple[str, ...] = ()) -> None:
    _signer[:] = [Signer(name, Ed25519PrivateKey.from_private_bytes(seed), old_keys)]


def signer() -> Signer:
    if not _signer:
        raise RuntimeError("no key for the log is set; wiring calls signing.use at the start")
    return _signer[0]
