"""Events that machines tell: each goes through the same action as the form on the desk, or is written down only.

What an event means is read from its type, action, business step and disposition, as documents.MEANINGS writes them.
Making, using up, selling, losing, holding and recalling change the balance; everything else is told and changes
nothing. Serials are made here when labels are printed, so no machine makes any.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from marketplace.catalogue.models import Product
from marketplace.epcis.errors import CaptureRefused
from marketplace.farming import errors as farming
from marketplace.farming import queries as seasons
from marketplace.foundation import clock, codes
from marketplace.foundation.database import session
from marketplace.foundation.quantities import LARGEST_QUANTITY, BaseUnit
from marketplace.geography import queries as geography
from marketplace.gs1 import epcis, vocabulary
from marketplace.traceability import actions as lots
from marketplace.traceability import documents, rules
from marketplace.traceability import errors as traceability
from marketplace.traceability.actions import Input, NewStage, Occurrence, Output, Whence, telling
from marketplace.traceability.documents import Item
from marketplace.traceability.models import Lot, LotStage, TraceEvent, Unit
from marketplace.traceability.queries import genealogy
from marketplace.traceability.states import ErrorReason, EventKind, ItemRole, LotState, OriginKind, StageKind

Event = Mapping[str, Any]

AHEAD = timedelta(minutes=5)  # clocks of machines differ
LONGEST_TEXT = 2_000

_REFUSALS = (
    farming.HarvestOverCeiling,
    farming.StillWaiting,
    traceability.AlreadyMilled,
    traceability.ImpossibleDates,
    traceability.LotIncomplete,
    traceability.LotMoveRefused,
    traceability.LotNumberTaken,
    traceability.NeedsOfficer,
    traceability.NotEnoughInLot,
    traceability.OverCeiling,
    traceability.UnitsDiffer,
    traceability.WrongSeason,
)

# Base units in one of the unit that an event names.
_FACTORS: dict[BaseUnit, dict[str, int]] = {
    BaseUnit.GRAM: {"KGM": 1_000, "GRM": 1, "TNE": 1_000_000},
    BaseUnit.MILLILITRE: {"LTR": 1_000, "MLT": 1},
    BaseUnit.PIECE: {"": 1},
}

_ROLES: dict[str, ItemRole] = {
    "epcList": ItemRole.WHAT,
    "quantityList": ItemRole.WHAT,
    "inputEPCList": ItemRole.INPUT,
    "inputQuantityList": ItemRole.INPUT,
    "outputEPCList": ItemRole.OUTPUT,
    "outputQuantityList": ItemRole.OUTPUT,
    "parentID": ItemRole.PARENT,
    "childEPCs": ItemRole.CHILD,
    "childQuantityList": ItemRole.CHILD,
}


@dataclass(frozen=True)
class _Told:
    """One event on its way into the record."""

    event: Event
    identity: str
    cooperative_id: int
    by: int | None
    corrects: str = ""  # the id of the event that this one is told instead of

    @property
    def occurrence(self) -> Occurrence:
        return Occurrence(datetime.fromisoformat(self.event["eventTime"]), self.event)

    def word(self, name: str) -> str:
        """A bare word, however it was written."""
        said = str(self.event.get(name, ""))
        for space in ("BizStep-", "Disp-"):
            said = said.removeprefix(vocabulary.NAMESPACE + space)
        return said


def capture(event: Event, *, cooperative_id: int, by: int | None, corrects: str = "") -> str:
    """Write a valid event down with all that it does to the balance, and give its id. A second time writes nothing.

    Raises CaptureRefused with a sentence for whoever runs the machine.
    """
    plain = _plain(event)
    identity = telling.identity_of(plain)
    given = str(event.get("eventID", identity))
    if given != identity:
        raise CaptureRefused(
            "eventID", f"Events are named by their CBV 2.0 hash, which is {identity} here; leave “eventID” out."
        )
    if _find(identity) is not None:
        return identity
    told = _Told(plain, identity, cooperative_id, by, corrects)
    if told.occurrence.at and told.occurrence.at > clock.now() + AHEAD:
        raise CaptureRefused("eventTime", "The event lies in the future.")
    try:
        _act(told)
    except _REFUSALS as error:
        raise CaptureRefused(type(error).__name__, str(error)) from error
    except traceability.ToldBefore:
        return identity
    return identity


def in_order(events: Sequence[Event]) -> list[int]:
    """The order in which events can be captured: as given, but a lot is made before it is spoken of.

    A lot's first steps lie before its harvest, and whoever sorts by time tells them first.
    """
    makers: dict[str, int] = {}
    for index, event in enumerate(events):
        for uri in _made_by(event):
            makers.setdefault(uri, index)
    order: list[int] = []
    seen: set[int] = set()
    for first in range(len(events)):
        # By hand and not by calling itself: a chain of lots may be longer than Python's stack.
        waiting = [(first, False)]
        while waiting:
            index, is_ready = waiting.pop()
            if is_ready:
                order.append(index)
            elif index not in seen:
                seen.add(index)
                waiting.append((index, True))
                needs = {makers.get(uri, index) for _, uri, _ in epcis.things_of(events[index])}
                waiting += [(each, False) for each in sorted(needs - seen, reverse=True)]
    return order


def _made_by(event: Event) -> list[str]:
    if event["type"] == "TransformationEvent":
        return [each["epcClass"] for each in event.get("outputQuantityList", ())]
    if event["type"] == "ObjectEvent" and event.get("action") == "ADD":
        return [each["epcClass"] for each in event.get("quantityList", ())]
    return []


def declare(event: Event, *, cooperative_id: int, by: int | None) -> None:
    """An event that was captured is declared wrong: from now on it is shown so. Raises CaptureRefused."""
    declaration = event["errorDeclaration"]
    row = _find(telling.identity_of(_plain(event)))
    if row is None or row.cooperative_id != cooperative_id:
        raise CaptureRefused("owner", "Only an event of one's own can be declared wrong.")
    if row.kind not in (EventKind.TOLD, EventKind.CAPTURED):
        raise CaptureRefused(
            "errorDeclaration", "What changed a balance is put right by another event, not declared wrong."
        )
    reason = str(declaration.get("reason", "")).removeprefix(vocabulary.NAMESPACE + "ER-")
    if reason not in set(ErrorReason):
        raise CaptureRefused("reason", "Say why: did_not_occur or incorrect_data.")
    corrective_ids = declaration.get("correctiveEventIDs", [])
    if len(corrective_ids) > 1:
        raise CaptureRefused("correctiveEventIDs", "One event is told instead of another; tell one that says it all.")
    corrective = _find(corrective_ids[0]) if corrective_ids else None
    if corrective_ids and (corrective is None or corrective.cooperative_id != cooperative_id):
        raise CaptureRefused(
            "correctiveEventIDs", "The event that is told instead is not in the record; send it along."
        )
    lots.declare_wrong(row, reason=ErrorReason(reason), corrective=corrective, by=by)


def _find(identity: str) -> TraceEvent | None:
    return session.scalar(select(TraceEvent).where(TraceEvent.event_id == identity))


def _plain(event: Event) -> dict[str, Any]:
    """The event itself, without what is said about it; with those prefixes alone that everybody does not know anyway."""
    plain = {
        name: value
        for name, value in event.items()
        if name not in ("@context", "recordTime", "eventID", "errorDeclaration")
    }
    known = documents.context()
    given = event.get("@context", [])
    own: list[Any] = []
    for part in given if isinstance(given, list) else [given]:
        if isinstance(part, Mapping) and part.get("htx", known[-1]["htx"]) != known[-1]["htx"]:
            raise CaptureRefused("prefix", f"The prefix “htx” stands for {known[-1]['htx']} here.")
        if part not in known and part not in own:
            own.append(part)
    return {**plain, "@context": [vocabulary.CONTEXT, *own]} if own else plain


def _act(told: _Told) -> None:
    meaning = (told.event["type"], told.event.get("action", ""), told.word("bizStep"), told.word("disposition"))
    if told.event["type"] == "TransformationEvent":
        return _transform(told)
    if told.event["type"] == "ObjectEvent" and "quantityList" in told.event and "epcList" not in told.event:
        if meaning[1] == "ADD":
            return _harvest(told)
        if meaning[1] == "DELETE":
            return _lose(told)
        act = _MEANINGS.get(meaning[2:])
        if act is not None:
            return act(told)
        if _stage_of(told) is not None:
            return _tell_stage(told)
    elif told.event["type"] == "ObjectEvent" and meaning[1] != "OBSERVE":
        raise CaptureRefused("serials", "Serials begin and end with the labels that this market prints, nowhere else.")
    return _only_tell(told)


# Making lots


def _harvest(told: _Told) -> None:
    element = _only_element(told)
    facts = told.event.get("ilmd", {})
    product = _product(told, facts)
    with _facts_are_readable():
        lot = lots.start_lot(
            product,
            batch=_text(facts, "cbvmda:lotNumber"),
            harvested_on=date.fromisoformat(facts["htx:madeOn"]),
            best_before=_day(facts.get("cbvmda:bestBeforeDate")),
            quantity=_amount(element, product.base_unit),
            place=_text(facts, "htx:place"),
            commune_code=_commune(facts),
            by=told.by,
            whence=_whence(product, facts),
            code=_new_code(element["epcClass"]),
        )
    lots.record(lot, by=told.by, occurrence=told.occurrence)


def _whence(product: Product, facts: Mapping[str, Any]) -> Whence:
    """The season that is named, or the only one that can be meant. Whoever names none where none runs has the lot held
    for an officer, as on the desk; goods from elsewhere are told there, with their paper."""
    season_id = facts.get("htx:season")
    if season_id is not None and type(season_id) is not int:
        raise ValueError("“htx:season” is the number of a season")
    if season_id is None and "htx:origin" not in facts:
        running = seasons.seasons_running_on(product.id, date.fromisoformat(facts["htx:madeOn"]))
        season_id = running[0].id if len(running) == 1 else None
    return Whence(season_id=season_id, in_workshop=facts.get("htx:origin") == OriginKind.WORKSHOP)


def _transform(told: _Told) -> None:
    event = told.event
    recipe = rules.RECIPES.get(str(event.get("htx:recipe", "")))
    if recipe is None:
        raise CaptureRefused("htx:recipe", f"Say how with “htx:recipe”: one of {', '.join(rules.RECIPES)}.")
    if recipe.is_measured:
        permille = event.get("htx:permille")
        if type(permille) is not int or not 0 < permille <= 1000:
            raise CaptureRefused(
                "htx:permille", "Say with “htx:permille” how much of the weight stays, from 1 to 1000."
            )
        recipe = replace(recipe, main_permille=permille, warn_permille=permille)
    if event.get("inputEPCList") or event.get("outputEPCList"):
        raise CaptureRefused("serials", "Lots are made of lots here, not of single packs.")
    inputs = []
    for element in event.get("inputQuantityList", ()):
        lot, product = _own_lot(told, element["epcClass"])
        inputs.append(Input(lot.id, _amount(element, product.base_unit)))
    facts_of = {each.get("htx:lot"): each for each in event.get("htx:outputs", ()) if isinstance(each, Mapping)}
    elements = event.get("outputQuantityList", ())
    if not inputs or not elements or len({each.lot_id for each in inputs}) < len(inputs):
        raise CaptureRefused("required", "Name what went in, each lot once, and what came out.")
    first = facts_of.get(elements[0]["epcClass"], {})
    with _facts_are_readable():
        outputs = [_output(told, element, facts_of.get(element["epcClass"], {})) for element in elements]
        lots.transform(
            cooperative_id=told.cooperative_id,
            recipe=recipe,
            inputs=inputs,
            outputs=outputs,
            place=_text(first, "htx:place"),
            commune_code=_commune(first),
            on=date.fromisoformat(first["htx:madeOn"]),
            by=told.by,
            occurrence=told.occurrence,
        )


def _output(told: _Told, element: Mapping[str, Any], facts: Mapping[str, Any]) -> Output:
    product = _product(told, facts)
    return Output(
        product,
        _amount(element, product.base_unit),
        batch=_text(facts, "cbvmda:lotNumber"),
        best_before=date.fromisoformat(facts["cbvmda:bestBeforeDate"]),
        is_byproduct=facts.get("htx:isByproduct") is True,
        code=_new_code(element["epcClass"]),
    )


class _facts_are_readable:  # noqa: N801 (reads as a sentence behind `with`)
    """A missing or misspelt fact of a new lot becomes a sentence that names it."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, KeyError):
            raise CaptureRefused("required", f"What is said of a new lot lacks “{error.args[0]}”.") from error
        if isinstance(error, ValueError | TypeError) and not isinstance(error, codes.BadCode):
            raise CaptureRefused("facts", f"What is said of a new lot cannot be read: {error}") from error


def _product(told: _Told, facts: Mapping[str, Any]) -> Product:
    slug = facts.get("htx:product")
    product = session.scalar(
        select(Product).where(Product.cooperative_id == told.cooperative_id, Product.slug == str(slug))
    )
    if product is None:
        raise CaptureRefused(
            "htx:product", "Name the product of a new lot with “htx:product”, as its page's address does."
        )
    return product


def _text(facts: Mapping[str, Any], name: str) -> str:
    said = facts[name]
    if not isinstance(said, str) or not said.strip() or len(said) > LONGEST_TEXT:
        raise ValueError(f"“{name}” is a text")
    return said


def _commune(facts: Mapping[str, Any]) -> str:
    code = _text(facts, "htx:communeCode")
    if geography.find_commune(code) is None:
        raise CaptureRefused("htx:communeCode", f"There is no commune {code}.")
    return code


def _new_code(uri: str) -> str:
    code = _code_in(uri)
    if not code:
        raise CaptureRefused("epcClass", f"A new lot is named {documents.lot_uri('…')} with a code that checks.")
    if session.scalar(select(Lot.id).where(Lot.code == code)) is not None:
        raise CaptureRefused("epcClass", f"{uri} exists already; what is told of it now differs.")
    return code


def _code_in(uri: str) -> str:
    code = uri.removeprefix(documents.lot_uri(""))
    return code if code != uri and rules.could_be_lot_code(code) else ""


def _day(text: Any) -> date | None:
    return date.fromisoformat(text) if text is not None else None


# Less of a lot, or more again


def _sell(told: _Told) -> None:
    lot, quantity = _some_of_one(told)
    lots.sell_in_bulk(lot, quantity, reference=_reference(told), note="", by=told.by, occurrence=told.occurrence)


def _lose(told: _Told) -> None:
    lot, quantity = _some_of_one(told)
    lots.write_off(lot, quantity, reference=_reference(told), note="", by=told.by, occurrence=told.occurrence)


def _take_back(told: _Told) -> None:
    lot, quantity = _some_of_one(told)
    lots.take_back(lot.id, quantity, reference=_reference(told), note="", by=told.by, occurrence=told.occurrence)


def _reference(told: _Told) -> str:
    return f"epcis:{told.identity}"


def _some_of_one(told: _Told) -> tuple[Lot, int]:
    element = _only_element(told)
    lot, product = _own_lot(told, element["epcClass"])
    return lot, _amount(element, product.base_unit)


def _only_element(told: _Told) -> Mapping[str, Any]:
    elements = told.event.get("quantityList", ())
    if len(elements) != 1:
        raise CaptureRefused("quantityList", "Tell what changes a balance in one event for each lot.")
    element: Mapping[str, Any] = elements[0]
    return element


def _amount(element: Mapping[str, Any], unit: BaseUnit) -> int:
    factor = _FACTORS[unit].get(element.get("uom", ""))
    if factor is None:
        wanted = " or ".join(_FACTORS[unit]) or "no unit"
        raise CaptureRefused("uom", f"{element['epcClass']} is measured in {wanted}.")
    if "quantity" not in element:
        raise CaptureRefused("quantity", f"Say how much of {element['epcClass']}.")
    amount = Decimal(str(element["quantity"])) * factor
    if amount != int(amount) or not 0 < amount <= LARGEST_QUANTITY:
        raise CaptureRefused("quantity", f"{element['quantity']} is no amount that can be kept to the gram or piece.")
    return int(amount)


# Stopping and starting


def _hold(told: _Told) -> None:
    lot, _ = _own_lot(told, _only_element(told)["epcClass"])
    if lot.state == LotState.ON_HOLD:
        return _only_tell(told)
    lots.hold(lot, by=told.by, reason=_reason(told), occurrence=told.occurrence)


def _recall(told: _Told) -> None:
    """One lot and all that was made from it: the event names them all, or that lot alone."""
    named = [_any_lot(element["epcClass"]) for element in told.event["quantityList"]]
    for lot in named:
        reached = {lot.id, *genealogy.descendants_of(lot.id)}
        if lot.cooperative_id == told.cooperative_id and {each.id for each in named} <= reached:
            if lot.state == LotState.RECALLED:
                return _only_tell(told)
            lots.recall(lot, by=told.by, reason=_reason(told), occurrence=told.occurrence)
            return None
    raise CaptureRefused("quantityList", "A recall names one lot of one's own, and with it only what was made from it.")


def _reason(told: _Told) -> str:
    return str(told.event.get("htx:reason") or "EPCIS")


def _release(told: _Told) -> None:
    """Put on sale for the first time, or again after a hold of one's own."""
    lot, _ = _own_lot(told, _only_element(told)["epcClass"])
    if lot.state == LotState.RECORDED:
        lots.publish(lot, by=told.by, occurrence=told.occurrence)
    elif lot.state == LotState.ON_HOLD:
        lots.release(lot, by=told.by, reason=_reason(told), occurrence=told.occurrence)
    else:
        _only_tell(told)


_MEANINGS: dict[tuple[str, str], Callable[[_Told], None]] = {
    ("retail_selling", "retail_sold"): _sell,
    ("receiving", "returned"): _take_back,
    ("holding", "non_sellable_other"): _hold,
    ("holding", "recalled"): _recall,
    ("stocking", "sellable_accessible"): _release,
}


# Telling


def _stage_of(told: _Told) -> StageKind | None:
    """Which step of a lot's life the event tells, if it says where."""
    if "htx:place" not in told.event:
        return None
    return next((kind for kind in StageKind if documents.step_of(kind) == told.word("bizStep")), None)


def _tell_stage(told: _Told) -> None:
    lot, _ = _own_lot(told, _only_element(told)["epcClass"])
    kind = _stage_of(told)
    assert kind is not None, "asked before"
    corrected = session.scalar(
        select(LotStage)
        .join(TraceEvent, TraceEvent.id == LotStage.trace_event_id)
        .where(TraceEvent.event_id == told.corrects, LotStage.lot_id == lot.id)
    )
    with _facts_are_readable():
        stage = NewStage(
            kind,
            place=_text(told.event, "htx:place"),
            started_on=told.occurrence.day,
            ended_on=_day(told.event.get("htx:endedOn")),
            name=_said(told, "htx:name"),
            operator=_said(told, "htx:operator"),
            note=_said(told, "htx:note"),
        )
    lots.add_stage(lot, stage, by=told.by, corrects=corrected, occurrence=told.occurrence)


def _said(told: _Told, name: str) -> str:
    return _text(told.event, name) if name in told.event else ""


def _only_tell(told: _Told) -> None:
    """Nothing of it changes the balance: it is sealed and shown."""
    items = list(map(_Item(told), epcis.things_of(told.event)))
    if not any(item.lot_id for item in items):
        raise CaptureRefused("owner", "The event speaks of none of your lots.")
    telling.tell(
        EventKind.CAPTURED,
        cooperative_id=told.cooperative_id,
        items=items,
        by=told.by,
        occurrence=told.occurrence,
        is_public=all(item.is_class or item.role == ItemRole.PARENT for item in items),
    )


@dataclass(frozen=True)
class _Item:
    told: _Told

    def __call__(self, thing: tuple[str, str, Mapping[str, Any]]) -> Item:
        name, identifier, element = thing
        role = _ROLES[name]
        if not name.endswith("uantityList"):
            lot_id = None if role == ItemRole.PARENT else self._lot_of_serial(identifier)
            return Item(role, lot_id, identifier, is_class=False)
        lot, product = _own_lot(self.told, identifier)
        quantity = _amount(element, product.base_unit) if "quantity" in element else None
        return Item(role, lot.id, identifier, quantity, product.base_unit)

    def _lot_of_serial(self, identifier: str) -> int:
        serial = identifier.rsplit("/", 1)[-1]
        lot_id = session.scalar(
            select(Lot.id)
            .join(Unit, Unit.lot_id == Lot.id)
            .where(Unit.serial == serial, Lot.cooperative_id == self.told.cooperative_id)
        )
        if lot_id is None:
            raise CaptureRefused("owner", f"{identifier} is no pack of yours.")
        return lot_id


def _own_lot(told: _Told, uri: str) -> tuple[Lot, Product]:
    lot = _any_lot(uri)
    if lot.cooperative_id != told.cooperative_id:
        raise CaptureRefused("owner", f"{uri} is no lot of yours.")
    return lot, session.get_one(Product, lot.product_id)


def _any_lot(uri: str) -> Lot:
    lot = session.scalar(select(Lot).where(Lot.code == _code_in(uri)))
    if lot is None:
        # In the words for somebody else's lot: whether it exists is nobody's business.
        raise CaptureRefused("owner", f"{uri} is no lot of yours.")
    return lot
