"""Stripe's form bodies: `a[b][0][c]=d` becomes nested values, and names that the client does not know are refused.

The allowed names are read from the installed client's own parameter types, so that a name which Stripe has given up is
refused here as it would be there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import Any

from stripe import RequestOptions

# They ride on the parameter types for the client's own use and are never sent.
OPTIONS_OF_A_CALL = frozenset(RequestOptions.__annotations__)


class UnknownParameter(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The values of a form body; lists become dictionaries by their numbers, as they are sent."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        path = re.findall(r"[^\[\]]+", name)
        place = found
        for step in path[:-1]:
            place = place.setdefault(step, {})
        place[path[-1]] = value
    return found


def refuse_unknown(given: dict[str, Any], params: type[Any], *, at: str = "") -> None:
    """Raises UnknownParameter for any name, at any depth, that the client's types do not have."""
    known = params.__annotations__
    for name, value in given.items():
        place = f"{at}[{name}]" if at else name
        if name not in known or name in OPTIONS_OF_A_CALL:
            raise UnknownParameter(place)
        inner = _params_in(known[name], params)
        if inner is not None and isinstance(value, dict):
            for one in value.values() if all(key.isdigit() for key in value) else [value]:
                refuse_unknown(one, inner, at=place)


def _params_in(annotation: Any, params: type[Any]) -> type[Any] | None:
    """The parameter type that an annotation names, such as List[SessionCreateParamsLineItem]."""
    module = vars(sys.modules[params.__module__])
    names = re.findall(r"\w+Params\w*", repr(annotation))
    return next((module[name] for name in names if name in module and name != params.__name__), None)
