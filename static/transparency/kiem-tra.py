#!/usr/bin/env python3
"""Kiểm tra sổ nguồn gốc Chợ HTX / Check the log of origins. Needs Python 3.8 and `pip install cryptography`; works offline.

  check.py proof FILE.tlog-proof [--document FILE]
  check.py consistency OLD_CHECKPOINT NEW_CHECKPOINT (--proof FILE | --log https://HOST/log)
  check.py export LOT.json

--key takes the log's public key (name+hash+key, from a label sheet, /log/key or the repository) or a file with keys;
without it a file log-key.txt beside this program or in the present folder is read. Exit code: 0 right, 1 wrong, 2 when
nothing could be checked. Whatever file of the market is given, the program says what it is.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import re
import sys
import urllib.request

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Wrong(Exception):
    """What is wrong, in Vietnamese and in English."""

    def __init__(self, vietnamese, english):
        super().__init__(f"{vietnamese} / {english}")


class Unable(Wrong):
    """Nothing was found wrong: there was nothing that could be checked."""


def decode(text, what, size=None):
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError:
        raw = None
    if raw is None or (size and len(raw) != size):
        raise Wrong(f"Tệp hỏng: {what}.", f"The file is damaged: {what}.")
    return raw


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_from_inclusion(index, size, leaf, path):
    """RFC 9162 §2.1.3.2; an index past the end, missing and surplus hashes are refused."""
    if not 0 <= index < size:
        raise Wrong(f"Sổ có {size} mục, không có mục số {index}.", f"A log of {size} entries has no entry {index}.")
    first, last, digest = index, size - 1, hashlib.sha256(b"\x00" + leaf).digest()
    for other in path:
        if last == 0:
            raise Wrong("Bằng chứng có thừa mã băm.", "The proof has surplus hashes.")
        if first & 1 or first == last:
            digest = node(other, digest)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            digest = node(digest, other)
        first, last = first >> 1, last >> 1
    if last:
        raise Wrong("Bằng chứng thiếu mã băm.", "The proof lacks hashes.")
    return digest


def check_consistency(old, old_root, new, new_root, path):
    """RFC 9162 §2.1.4.2; empty trees, empty proofs and surplus hashes are refused."""
    if old == 0:
        raise Wrong("Sổ cũ chưa có mục nào nên không chứng minh được gì.", "The older log is empty and proves nothing.")
    if new < old:
        raise Wrong(
            f"Sổ bị cắt bớt: trước có {old} mục, nay chỉ còn {new}.",
            f"The log shrank from {old} entries to {new}: entries were removed or an older database was restored.",
        )
    if old == new:
        if path:
            raise Wrong("Bằng chứng có thừa mã băm.", "The proof has surplus hashes.")
        if old_root != new_root:
            raise two_histories(old)
        return
    if not path:
        raise Wrong("Thiếu bằng chứng nối hai sổ.", "The proof between the two logs is empty.")
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    path = list(path)
    digest_old = digest_new = old_root if first == 0 else path.pop(0)
    for other in path:
        if last == 0:
            raise Wrong("Bằng chứng có thừa mã băm.", "The proof has surplus hashes.")
        if first & 1 or first == last:
            digest_old, digest_new = node(other, digest_old), node(other, digest_new)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            digest_new = node(digest_new, other)
        first, last = first >> 1, last >> 1
    if last:
        raise Wrong("Bằng chứng thiếu mã băm.", "The proof lacks hashes.")
    if digest_old != old_root or digest_new != new_root:
        raise two_histories(old)


def two_histories(size):
    return Wrong(
        f"Hai sổ kể hai lịch sử khác nhau: {size} mục đầu đã bị sửa sau khi ký.",
        f"These are two different histories: the first {size} entries were changed after they were signed.",
    )


def open_checkpoint(note, keys):
    """Size and root of a C2SP signed note, once a known key has signed it."""
    text, gap, signatures = note.rpartition("\n\n")
    lines = text.split("\n")
    if not gap or len(lines) < 3 or not re.fullmatch(r"0|[1-9][0-9]{0,15}", lines[1]):
        raise Wrong("Đây không phải bản ký sổ.", "This is not a checkpoint of a log.")
    for line in signatures.split("\n"):
        for name, key_hash, public in keys:
            found = re.fullmatch(re.escape(f"— {name} ") + r"([A-Za-z0-9+/=]+)", line)
            raw = decode(found[1], "chữ ký / signature") if found else b""
            if lines[0] != name or raw[:4] != key_hash:
                continue
            try:
                Ed25519PublicKey.from_public_bytes(public).verify(raw[4:], (text + "\n").encode())
            except InvalidSignature:
                raise Wrong(
                    "Chữ ký của sổ không đúng: bản ký đã bị sửa.",
                    "The log's signature is wrong: the checkpoint was changed.",
                ) from None
            return lines[0], int(lines[1]), decode(lines[2], "mã gốc / root hash", 32)
    raise Wrong("Khóa đã cho không ký bản này.", "None of the given keys has signed this checkpoint.")


def check_proof(text, keys, document=None, subject=None):
    """A C2SP tlog-proof@v1 whose `extra` holds the entry and perhaps the salt; gives the entry's record and the size."""
    found = re.fullmatch(
        r"c2sp\.org/tlog-proof@v1\nextra ([A-Za-z0-9+/=]+)\nindex (0|[1-9][0-9]{0,15})\n((?:[A-Za-z0-9+/=]+\n)*)\n(.*)",
        text,
        re.DOTALL,
    )
    if found is None:
        raise Wrong("Đây không phải tệp bằng chứng.", "This is not a proof file (c2sp.org/tlog-proof@v1).")
    try:
        extra = json.loads(decode(found[1], "extra"))
        leaf = extra["leaf"].encode()
        record = json.loads(leaf)
        commitment = decode(record["commitment"], "cam kết / commitment", 32)
        salt = decode(extra["salt"], "muối / salt", 16) if "salt" in extra else None
        item = record["item"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Wrong("Mục ghi trong tệp bằng chứng bị hỏng.", "The entry inside the proof is damaged.") from None
    path = [decode(line, "mã băm / hash", 32) for line in found[3].split()]
    _, size, root = open_checkpoint(found[4], keys)
    if root_from_inclusion(int(found[2]), size, leaf, path) != root:
        raise Wrong(
            f"Mục {item} không có trong sổ đã ký: mục hoặc bằng chứng đã bị sửa.",
            f"Entry {item} is not in the signed log: it or its proof was changed.",
        )
    if subject is not None and subject != item:
        raise Wrong(
            f"Bằng chứng này là của {item}, không phải của {subject}.", f"The proof is of {item}, not of {subject}."
        )
    if document is not None:
        if salt is None:
            raise Wrong(f"Thiếu muối nên không đối chiếu được {item}.", f"Without its salt {item} cannot be compared.")
        if hashlib.sha256(salt + document).digest() != commitment:
            raise Wrong(
                f"Nội dung của {item} đã bị sửa sau khi ghi vào sổ.",
                f"The document of {item} was changed after it was sealed.",
            )
    return record, size


def check_export(text, keys):
    """Every document of a lot's export against its proof, and every event of the EPCIS document against the documents."""
    try:
        data = json.loads(text)
        proofs = [(one["subject"], one["document"].encode(), one["proof"]) for one in data["proofs"]]
        events = data["epcisDocument"]["epcisBody"]["eventList"]
        event_ids = [event["eventID"] for event in events]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Wrong("Đây không phải tệp xuất của một lô.", "This is not the export of a lot.") from None
    if not proofs:
        raise Wrong("Tệp xuất không có bằng chứng nào.", "The export has no proofs.")
    sealed = {}
    for subject, document, proof in proofs:
        if subject in sealed:
            raise Wrong(f"{subject} có hai bằng chứng.", f"{subject} has two proofs.")
        check_proof(proof, keys, document, subject)
        sealed[subject] = document
    for event, event_id in zip(events, event_ids):  # noqa: B905 (runs on Python 3.8 and newer)
        subject = f"event:{event_id}"
        if subject not in sealed:
            raise Wrong(f"Sự kiện {event_id} không có bằng chứng.", f"Event {event_id} has no proof.")
        if not says_the_same(event, sealed[subject]):
            raise Wrong(
                f"Sự kiện {event_id} trong tệp khác với bản đã ghi vào sổ.",
                f"Event {event_id} as exported differs from what was sealed.",
            )
    return len(sealed), len(events)


def says_the_same(event, document):
    """Whether the event is the sealed one. EPCIS adds its record time and later perhaps a correction."""
    try:
        sealed = json.loads(document)
    except ValueError:
        return False
    without = ("errorDeclaration", "recordTime")
    return isinstance(sealed, dict) and {k: v for k, v in event.items() if k not in without} == {
        k: v for k, v in sealed.items() if k not in without
    }


def check_diary(data, keys):
    """Entries of the field diary: those whose text the cooperative shows against their proofs, the others by proof alone."""
    shown = 0
    for one in data.get("diary", []):
        document = one["document"].encode() if "document" in one else None
        check_proof(one["proof"], keys, document, one["subject"])
        shown += document is not None
    return len(data.get("diary", [])), shown


def kind_of(text):
    """What a file of the market is, whatever it is called."""
    if text.startswith("c2sp.org/tlog-proof@v1\n"):
        return "proof"
    if re.match(r"[^\n]+\n(0|[1-9][0-9]*)\n[A-Za-z0-9+/=]+\n(?:[^\n]+\n)*\n— ", text):
        return "checkpoint"
    if re.fullmatch(r"(?:\S+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+\s*)+", text):
        return "key"
    try:
        data = json.loads(text)
    except ValueError:
        return ""
    if isinstance(data, dict) and "epcisDocument" in data and "proofs" in data:
        return "export"
    return "epcis" if isinstance(data, dict) and "epcisBody" in data else ""


def say_of_proof(text, keys, document=None):
    record, size = check_proof(text, keys, document)
    same = " và nội dung còn nguyên" if document is not None else ""
    unchanged = " and the document is unchanged" if document is not None else ""
    when = record.get("time")
    return (
        f"Đúng: {record['item']} đã ghi vào sổ lúc {when}{same} (sổ {size} mục). / "
        f"Right: {record['item']} was sealed at {when}{unchanged} (log of {size} entries)."
    )


def say_of_export(text, keys):
    documents, events = check_export(text, keys)
    try:
        entries, shown = check_diary(json.loads(text), keys)
    except (KeyError, TypeError, AttributeError):
        raise Wrong("Phần nhật ký trong tệp bị hỏng.", "The diary in the export is damaged.") from None
    return (
        f"Đúng: {documents} nội dung và {events} sự kiện khớp với sổ đã ký;"
        f" nhật ký {entries} lần ghi, {shown} lần kèm nội dung. / "
        f"Right: {documents} documents and {events} events agree with the signed log;"
        f" {entries} diary entries, {shown} of them with their text."
    )


def say_of_checkpoint(text, keys):
    origin, size, _ = open_checkpoint(text, keys)
    return (
        f"Đúng: đây là mã gốc đã ký của sổ {origin}, lúc sổ có {size} mục. / "
        f"Right: this is the signed root of the log {origin} with {size} entries."
    )


def say_of_key(text, keys):
    names = {line.split("+")[0] for line in text.split()}
    if names <= {name for name, _, _ in keys}:
        return (
            "Đây là khóa công khai của sổ, dùng để kiểm tệp khác. / "
            "This is the log's public key; other files are checked by it."
        )
    raise Wrong("Khóa này không phải khóa đã cho.", "This key is another than the one given.")


def say_of_events(text, keys):
    raise Unable(
        "Tệp này chỉ có sự kiện, không kèm bằng chứng. Hãy tải tệp có bằng chứng ở trang /xac-minh.",
        "This file holds events without proofs. Take the file with proofs at /xac-minh.",
    )


SAYINGS = {
    "proof": say_of_proof,
    "export": say_of_export,
    "checkpoint": say_of_checkpoint,
    "key": say_of_key,
    "epcis": say_of_events,
}


def read_keys(given):
    texts = []
    for one in given or []:
        texts.append(pathlib.Path(one).read_text("utf-8") if pathlib.Path(one).is_file() else one)
    if not given:
        for folder in (pathlib.Path(__file__).resolve().parent, pathlib.Path()):
            if (folder / "log-key.txt").is_file():
                texts.append((folder / "log-key.txt").read_text("utf-8"))
    keys = []
    for line in "\n".join(texts).split():
        name, _, rest = line.partition("+")
        hash_hex, _, encoded = rest.partition("+")
        public = decode(encoded, "khóa / key", 33)
        expected = hashlib.sha256(name.encode() + b"\n" + public).digest()[:4]
        if public[:1] != b"\x01" or expected.hex() != hash_hex:
            raise Wrong(f"Khóa {name} bị chép sai.", f"The key {name} was copied wrongly.")
        keys.append((name, expected, public[1:]))
    if not keys:
        raise Unable(
            "Chưa có khóa công khai của sổ nên chưa kiểm gì. Hãy cho khóa: --key … (in trên tờ bìa tem, hoặc ở trang /xac-minh).",
            "The log's public key is missing, so nothing was checked. Give it with --key …"
            " (on the cover of a label sheet, or at /xac-minh).",
        )
    return keys


def fetch(address):
    if not address.startswith(("https://", "http://")):
        raise Wrong("Địa chỉ sổ phải bắt đầu bằng https://.", "The log's address must begin with https://.")
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 (the scheme is checked above)
            return answer.read(1_000_000).decode()
    except OSError as error:
        raise Wrong("Sổ không trả lời được bằng chứng nối.", f"The log gives no consistency proof ({error}).") from None


def read(path):
    try:
        return pathlib.Path(path).read_bytes().decode("utf-8")
    except OSError:
        raise Wrong(f"Không đọc được tệp {path}.", f"The file {path} cannot be read.") from None
    except UnicodeDecodeError:
        raise Wrong(f"Tệp {path} không phải văn bản.", f"The file {path} is not text.") from None


def run(options):
    keys = read_keys(options.key)
    if options.what in ("proof", "export"):
        text = read(options.file)
        kind = kind_of(text) or options.what
        if kind == "proof" and options.what == "proof" and options.document:
            return say_of_proof(text, keys, read(options.document).encode())
        return SAYINGS[kind](text, keys)
    origin, old, old_root = open_checkpoint(read(options.old), keys)
    new_origin, new, new_root = open_checkpoint(read(options.new), keys)
    if origin != new_origin:
        raise Wrong("Hai bản ký là của hai sổ khác nhau.", "The two checkpoints are of two different logs.")
    path = []
    if 0 < old < new:
        if not options.proof and not options.log:
            raise Wrong("Cần --log hoặc --proof.", "Give --log or --proof.")
        text = (
            read(options.proof)
            if options.proof
            else fetch(f"{options.log.rstrip('/')}/consistency?from={old}&to={new}")
        )
        path = [decode(line, "mã băm / hash", 32) for line in text.split()]
    check_consistency(old, old_root, new, new_root, path)
    return (
        f"Đúng: {old} mục đầu còn nguyên trong sổ {new} mục. / "
        f"Right: the first {old} entries are unchanged in the log of {new}."
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="what", required=True)
    proof, consistency, export = (kinds.add_parser(name) for name in ("proof", "consistency", "export"))
    proof.add_argument("file")
    proof.add_argument("--document", help="the sealed document, byte for byte; the proof must carry its salt")
    consistency.add_argument("old")
    consistency.add_argument("new")
    consistency.add_argument("--log")
    consistency.add_argument("--proof")
    export.add_argument("file")
    for one in (proof, consistency, export):
        one.add_argument("--key", action="append")
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8")
    try:
        print(run(parser.parse_args()))
    except Unable as unable:
        print(f"CHƯA KIỂM ĐƯỢC / NOT CHECKED: {unable}")
        return 2
    except Wrong as wrong:
        print(f"SAI / WRONG: {wrong}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
