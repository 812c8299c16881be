"""What the log's tests share: sealed documents, the checker as a stranger runs it, and a way past the guards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlalchemy import text

from marketplace.foundation import database
from marketplace.foundation.database import session, transaction
from marketplace.transparency import actions, queries, signing

CHECKER = Path(__file__).resolve().parents[2] / "static" / "transparency" / "kiem-tra.py"


def document(number: int) -> bytes:
    return f'{{"eventID":"ni:///sha-256;{number:064x}?ver=CBV2.0","bizStep":"commissioning","note":"lô {number}"}}'.encode()


def subject(number: int) -> str:
    return f"event:ni:///sha-256;{number:064x}?ver=CBV2.0"


def seal(first: int, last: int) -> None:
    """Seal documents `first` up to `last`, one transaction each."""
    for number in range(first, last):
        with transaction():
            actions.seal(kind="event", subject=subject(number), document=document(number))


def sign() -> queries.Checkpoint:
    with transaction():
        return actions.sign_checkpoint()


def proof(number: int, *, with_salt: bool = True) -> str:
    sign()
    return queries.proof_files(queries.entries([subject(number)]), with_salt=with_salt)[subject(number)]


def check(*arguments: object, key: str | None = None) -> tuple[int, str]:
    """Exit code and words of the real checker, in a process of its own and with nothing of ours to import."""
    keys = ["--key", key or signing.signer().verifier_key]
    done = subprocess.run(
        [sys.executable, "-I", str(CHECKER), *map(str, arguments), *keys],
        capture_output=True, text=True, encoding="utf-8", cwd="/", timeout=60,
    )  # fmt: skip
    assert done.stderr == ""
    return done.returncode, done.stdout.strip()


def tamper(*statements: str) -> None:
    """What somebody with the database owner's rights can do: the guards are gone first, on a copy of the test alone."""
    session.remove()
    engine = database.engine()
    with engine.connect() as connection:
        triggers: list[tuple[str, str, str]] = []
        if engine.dialect.name == "sqlite":
            found = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'log_%'"
            triggers = [(row[0], row[1], row[2]) for row in connection.execute(text(found))]
            for name, _, _ in triggers:
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("SET session_replication_role = replica"))
        for statement in statements:
            assert connection.execute(text(statement)).rowcount > 0, statement
        for _, _, sql in triggers:
            connection.exec_driver_sql(sql)
        if not triggers:
            connection.execute(text("SET session_replication_role = origin"))
        connection.commit()
