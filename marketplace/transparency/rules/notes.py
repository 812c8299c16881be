"""C2SP signed notes, checkpoints and proof files (c2sp.org/signed-note, tlog-checkpoint, tlog-proof@v1), Ed25519 only."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ED25519 = b"\x01"
PROOF_HEADER = "c2sp.org/tlog-proof@v1"


class BadNote(ValueError):
    """This is no checkpoint, or none that a known key signed."""


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes


def base64(raw: bytes) -> str:
    return b64encode(raw).decode()


def key_hash(name: str, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def verifier_key(name: str, public: bytes) -> str:
    """`name+hash+key` as signed-note writes it."""
    return f"{name}+{key_hash(name, public).hex()}+{base64(ED25519 + public)}"


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    return f"{origin}\n{size}\n{base64(root)}\n"


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    signature = key_hash(name, public_bytes(key)) + key.sign(text.encode())
    return f"{text}\n— {name} {base64(signature)}\n"


def open_checkpoint(note: str, verifier_keys: Sequence[str]) -> Checkpoint:
    """What a checkpoint says, once one of the keys has signed it; raises BadNote."""
    text, gap, signatures = note.rpartition("\n\n")
    lines = text.split("\n")
    if not gap or len(lines) < 3 or not lines[1].isascii() or not lines[1].isdigit():
        raise BadNote("this is not a checkpoint")
    text += "\n"
    for line in signatures.splitlines():
        for verifier in verifier_keys:
            name, hash_hex, encoded = verifier.split("+", 2)
            if not line.startswith(f"— {name} "):
                continue
            try:
                signature = b64decode(line.rsplit(" ", 1)[1], validate=True)
                if signature[:4] != bytes.fromhex(hash_hex):
                    continue
                Ed25519PublicKey.from_public_bytes(b64decode(encoded)[1:]).verify(signature[4:], text.encode())
                return Checkpoint(lines[0], int(lines[1]), b64decode(lines[2], validate=True))
            except (InvalidSignature, ValueError):
                continue
    raise BadNote("none of the log's keys has signed this checkpoint")


def proof_text(index: int, hashes: Sequence[bytes], checkpoint: str, *, leaf: bytes, salt: bytes | None) -> str:
    """A `.tlog-proof` file. `extra` has the entry itself and, for whoever may read the document, the salt."""
    extra = {"leaf": leaf.decode("ascii")} | ({"salt": base64(salt)} if salt is not None else {})
    lines = [PROOF_HEADER, f"extra {base64(json.dumps(extra, separators=(',', ':')).encode())}", f"index {index}"]
    return "\n".join([*lines, *map(base64, hashes)]) + "\n\n" + checkpoint
