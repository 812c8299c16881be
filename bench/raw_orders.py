"""Run as a process: products to order, and the statements of an order played on the bare database driver.

`prepare` adds the products. `play` orders one pack of each, twice, through the application, hears what the ordering
transaction sends to the database, and sends the same again from two processes with fresh codes and ids, as fast as
the driver can: what is left when pages, forms and objects cost nothing.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import event, text

from marketplace.app.factory import create_app
from marketplace.cooperatives.models import Cooperative
from marketplace.foundation.database import session
from marketplace.foundation.settings import read_settings
from tests.factories.catalogue import make_product
from tests.factories.cooperatives import make_cooperative
from tests.factories.traceability import make_lot
from tests.load.server import Buyer

PACKS = 1_000_000
PROCESSES = 2
TABLES = ("order", "cooperative_order", "order_line")
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_INSERT = re.compile(r'INSERT INTO "?(\w+)"?')
_NAMED = re.compile(r"(\w+:)(\d+)")
_STAYS = re.compile(r"\d{4}-\d\d-\d\d|[\[{]")  # moments and JSON: nothing depends on them


@dataclass(frozen=True)
class Id:
    """The id of the row that this order has inserted into the table, alone or after a word such as "line:"."""

    table: str
    word: str = ""


@dataclass(frozen=True)
class Fresh:
    """A text that differs from order to order; the same text in every place with this `name`."""

    name: str
    ending: str = ""


Statement = tuple[str, Any]  # its text, and parameters as the driver takes them: a sequence or a mapping


class InProcess(Buyer):
    """A buyer whose requests go to the application in this very process."""

    def __init__(self, app: Flask, number: int) -> None:
        super().__init__(0, number)
        self.client = app.test_client()

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str, str]:
        answer = self.client.open(
            path, method=method, data=fields if method == "POST" else None, headers={"X-Forwarded-For": self.address}
        )
        return answer.status_code, answer.get_data(as_text=True), answer.headers.get("Location", "")


def prepare(app: Flask, count: int) -> list[int]:
    """Variants of so many products, each of a cooperative of its own, with packs enough for every round.

    One order is placed, of two parts and three lines, so that no table counts its rows as another does and an id says
    which row it names.
    """
    with app.app_context():
        variants = [_product(make_cooperative()) for _ in range(count)]
        both = make_cooperative()
        goods = [_product(both), _product(both), variants[0]]
    buyer = InProcess(app, 49_000_000)
    for variant in goods:
        buyer.put_into_cart(variant)
    status, body, _ = buyer.ask("POST", "/dat-hang", buyer.form())
    assert status == 303, body[-500:]
    return variants


def _product(cooperative: Cooperative) -> int:
    product = make_product(cooperative)
    make_lot(product, quantity=PACKS * 1000)
    return product.variants[0].id


def play(app: Flask, variants: list[int], orders: int) -> float:
    """Orders a second that the bare driver writes, each a pack of one of these in turn."""
    numbers = iter(range(50_000_000, 60_000_000))
    with app.app_context():
        engine: Any = session.get_bind()
    scripts = [_script(*(_hear(app, engine, variant, next(numbers)) for _ in range(2))) for variant in variants]
    engine.dispose()
    context = multiprocessing.get_context("fork")
    start = context.Barrier(PROCESSES + 1)
    players = [
        context.Process(target=_play, args=(engine, scripts, orders // PROCESSES, start)) for _ in range(PROCESSES)
    ]
    for player in players:
        player.start()
    start.wait()
    began = time.perf_counter()
    for player in players:
        player.join()
        assert player.exitcode == 0, "an order was not written"
    return orders / (time.perf_counter() - began)


def _hear(app: Flask, engine: Any, variant: int, number: int) -> tuple[list[Statement], dict[str, int]]:
    """The statements of one order's transaction, and the ids of its rows."""
    buyer = InProcess(app, number)
    fields = buyer.go_to_checkout(variant)
    with _heard(engine) as groups:
        status, body, _ = buyer.ask("POST", "/dat-hang", fields)
    assert status == 303, body[-500:]
    (group,) = [one for one in groups if any(words.startswith('INSERT INTO "order"') for words, _ in one)]
    with engine.connect() as connection:
        ids = {table: int(connection.scalar(text(f'SELECT max(id) FROM "{table}"')) or 0) for table in TABLES}
    return group, ids


@contextmanager
def _heard(engine: Any) -> Iterator[list[list[Statement]]]:
    """The statements of each transaction from now on."""
    groups: list[list[Statement]] = [[]]

    def note(_: Any, __: Any, words: str, parameters: Any, *___: Any) -> None:
        if not words.startswith("BEGIN"):
            groups[-1].append((words, parameters))

    def begin_anew(_: Any) -> None:
        groups.append([])

    hooks: list[tuple[str, Callable[..., None]]] = [
        ("before_cursor_execute", note), ("commit", begin_anew), ("rollback", begin_anew),
    ]  # fmt: skip
    for name, hook in hooks:
        event.listen(engine, name, hook)
    try:
        yield groups
    finally:
        for name, hook in hooks:
            event.remove(engine, name, hook)


def _script(
    one: tuple[list[Statement], dict[str, int]], other: tuple[list[Statement], dict[str, int]]
) -> list[Statement]:
    """One order's statements, with marks where two orders of the same goods differ."""
    (first, first_ids), (second, second_ids) = one, other
    assert [words for words, _ in first] == [words for words, _ in second]
    code = next(_values(parameters)[0] for words, parameters in second if words.startswith('INSERT INTO "order"'))

    def mark(before: Any, now: Any) -> Any:
        if before == now:
            return now
        names = [_NAMED.fullmatch(one) if isinstance(one, str) else None for one in (before, now)]
        if names[0] and names[1]:
            return Id(mark(int(names[0][2]), int(names[1][2])).table, names[1][1])
        tables = [table for table in TABLES if (first_ids[table], second_ids[table]) == (before, now)]
        if tables:
            assert len(tables) == 1, f"the id {now} is that of several rows"
            return Id(tables[0])
        if not isinstance(now, str) or _STAYS.match(now):
            return now
        return Fresh(code, now.removeprefix(code)) if now.startswith(code) else Fresh(now)

    return [
        (words, _like(after, [mark(*pair) for pair in zip(_values(before), _values(after), strict=True)]))
        for (words, before), (_, after) in zip(first, second, strict=True)
    ]


def _values(parameters: Any) -> list[Any]:
    return list(parameters.values()) if isinstance(parameters, dict) else list(parameters)


def _like(parameters: Any, values: list[Any]) -> Any:
    return dict(zip(parameters, values, strict=True)) if isinstance(parameters, dict) else tuple(values)


def _play(engine: Any, scripts: list[list[Statement]], orders: int, start: Any) -> None:
    connection = engine.raw_connection().driver_connection
    on_sqlite = engine.dialect.name == "sqlite"
    if not on_sqlite:
        connection.rollback()
        connection.autocommit = True
    cursor = connection.cursor()
    chance = random.Random(os.getpid())
    start.wait()
    for number in range(orders):
        _order(cursor, scripts[number % len(scripts)], chance, on_sqlite=on_sqlite)


def _order(cursor: Any, script: list[Statement], chance: random.Random, *, on_sqlite: bool) -> None:
    ids: dict[str, int] = {}
    texts: dict[str, str] = {}

    def value(mark: Any) -> Any:
        if isinstance(mark, Id):
            return f"{mark.word}{ids[mark.table]}" if mark.word else ids[mark.table]
        if isinstance(mark, Fresh):
            if mark.name not in texts:
                texts[mark.name] = "".join(chance.choices(LETTERS, k=len(mark.name)))
            return texts[mark.name] + mark.ending
        return mark

    cursor.execute("BEGIN IMMEDIATE" if on_sqlite else "BEGIN")
    for words, parameters in script:
        cursor.execute(words, _like(parameters, [value(mark) for mark in _values(parameters)]))
        rows = cursor.fetchall() if cursor.description else []
        if inserted := _INSERT.match(words):
            ids[inserted[1]] = rows[0][0] if rows else cursor.lastrowid if on_sqlite else 0
        elif words.startswith("UPDATE lot "):
            assert len(rows) == 1, "the goods were not there"
    cursor.execute("COMMIT")


if __name__ == "__main__":
    application = create_app(read_settings(os.environ))
    if sys.argv[1] == "prepare":
        print(json.dumps(prepare(application, int(sys.argv[2]))))
    else:
        print(json.dumps(play(application, json.loads(sys.argv[2]), int(sys.argv[3]))))
