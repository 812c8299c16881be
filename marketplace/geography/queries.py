"""Finding provinces and communes by code, by name, and by the names they had before July 2025."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from marketplace.foundation import text as words
from marketplace.foundation.database import session
from marketplace.geography import rules
from marketplace.geography.models import Commune, LegacyCommune, LegacyProvince, Province

_MOST_CANDIDATES = 600
_LONGEST_TEXT = 120


@dataclass(frozen=True, slots=True)
class ProvinceEntry:
    """A province as pages show it; `bare_name` is without "Tỉnh" or "Thành phố"."""

    code: str
    name: str
    bare_name: str
    division_type: str
    slug: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommuneEntry:
    code: str
    province_code: str
    name: str
    bare_name: str
    division_type: str


@dataclass(frozen=True, slots=True)
class CommuneMatch:
    """A commune of today that a typed place may mean.

    `was` is the former unit it was found by, in full, or None when today's name was typed; `partly` says that only
    some of that former unit belongs to it, so the person must choose.
    """

    code: str
    name: str
    province_code: str
    province_name: str
    was: str | None
    partly: bool


@dataclass(frozen=True)
class _Gazetteer:
    """Everything that cannot change between releases and that nearly every page needs."""

    provinces: dict[str, ProvinceEntry]
    communes: dict[str, CommuneEntry]
    communes_by_province: dict[str, list[CommuneEntry]]
    legacy_provinces: dict[str, str]
    province_words: dict[str, frozenset[str]]
    legacy_province_words: dict[str, frozenset[str]]
    province_codes_by_name: dict[str, list[str]]


_kept: _Gazetteer | None = None


def _gazetteer() -> _Gazetteer:
    # Kept only once it holds something, so that a process that looked before the first migration recovers by itself.
    global _kept
    if _kept is None:
        loaded = _load()
        if not loaded.communes:
            return loaded
        _kept = loaded
    return _kept


def _load() -> _Gazetteer:
    # Columns, not rows: three thousand objects would stay in the session for nothing.
    legacy = session.execute(
        select(LegacyProvince.code, LegacyProvince.name, LegacyProvince.province_code).order_by(LegacyProvince.code)
    ).all()
    former_names = [(rules.bare_name(name), province_code) for _, name, province_code in legacy]
    other_names = [*former_names, *rules.province_nicknames().items()]
    nicknames: dict[str, list[str]] = {}
    for nickname, code in rules.province_nicknames().items():
        nicknames.setdefault(code, []).append(nickname)
    provinces: dict[str, ProvinceEntry] = {}
    for code, name, division_type, slug in session.execute(
        select(Province.code, Province.name, Province.division_type, Province.slug).order_by(Province.sort_key)
    ):
        bare = rules.bare_name(name)
        aliases = tuple(
            other for other, owner in other_names if owner == code and words.fold(other) != words.fold(bare)
        )
        provinces[code] = ProvinceEntry(code, name, bare, division_type, slug, aliases)
    communes = {
        code: CommuneEntry(code, province_code, name, rules.bare_name(name), division_type)
        for code, province_code, name, division_type in session.execute(
            select(Commune.code, Commune.province_code, Commune.name, Commune.division_type).order_by(
                Commune.sort_key, Commune.code
            )
        )
    }
    by_name: dict[str, list[str]] = {}
    for province in provinces.values():
        for known_name in (province.bare_name, *province.aliases):
            by_name.setdefault(words.fold(known_name), []).append(province.code)
    return _Gazetteer(
        provinces=provinces,
        communes=communes,
        communes_by_province={
            code: [commune for commune in communes.values() if commune.province_code == code] for code in provinces
        },
        legacy_provinces={code: name for code, name, _ in legacy},
        province_words={
            province.code: _word_set([province.bare_name, *province.aliases]) for province in provinces.values()
        },
        legacy_province_words={
            code: _word_set([rules.bare_name(name), *nicknames.get(province_code, [])])
            for code, name, province_code in legacy
        },
        province_codes_by_name=by_name,
    )


def _word_set(names: Iterable[str]) -> frozenset[str]:
    return frozenset(word for name in names for word in words.fold(name).split())


def provinces() -> list[ProvinceEntry]:
    """All provinces in the order of the Vietnamese alphabet."""
    return list(_gazetteer().provinces.values())


def find_province(code: str) -> ProvinceEntry | None:
    return _gazetteer().provinces.get(code)


def find_province_by_slug(slug: str) -> ProvinceEntry | None:
    return next((province for province in provinces() if province.slug == slug), None)


def communes_of(province_code: str) -> list[CommuneEntry]:
    """The communes of one province in the order of the Vietnamese alphabet; none for an unknown code."""
    return list(_gazetteer().communes_by_province.get(province_code, []))


def find_commune(code: str) -> CommuneEntry | None:
    return _gazetteer().communes.get(code)


def province_aliases(code: str) -> list[str]:
    """Former and daily names that should find this province: 31 → ["Hải Dương"]."""
    province = find_province(code)
    return list(province.aliases) if province else []


def provinces_for(text: str) -> list[str]:
    """Codes of today's provinces that carry or carried this name: "Thái Bình" → ["33"], "tỉnh Hải Dương" → ["31"]."""
    known = _gazetteer().province_codes_by_name
    for reading in rules.readings(text[:_LONGEST_TEXT]):
        if codes := known.get(" ".join(reading.words)):
            return list(codes)
    return []


def full_address(line: str, commune_code: str) -> str:
    """An address as printed, from its free line and commune: "Thôn Đông, xã Thanh Hà, TP. Hải Phòng"."""
    commune = find_commune(commune_code)
    if commune is None:
        return line
    return rules.format_address(line, commune.name, _gazetteer().provinces[commune.province_code].name)


def search_communes(text: str, province_code: str | None = None, limit: int = 20) -> list[CommuneMatch]:
    """Communes of today that a typed place may mean, best first: names of today, former communes and districts.

    Understands typing without marks, an unfinished last word, and a commune followed by its (former) district or
    province: "dong hung", "Thanh Hà Hải Dương", "Thôn Đông, TT. Đông Hưng, huyện Đông Hưng, tỉnh Thái Bình".
    """
    gazetteer = _gazetteer()
    for typed in rules.tails(words.nfc(text[:_LONGEST_TEXT])):
        if found := _best(gazetteer, typed, province_code):
            return found[:limit]
    return []


def _best(gazetteer: _Gazetteer, typed: str, province_code: str | None) -> list[CommuneMatch]:
    ranked: dict[str, tuple[tuple[int, ...], CommuneMatch]] = {}
    for reading in rules.readings(typed):
        for fit, named_exactly, match in _matches(gazetteer, reading, typed.casefold(), province_code):
            order = (fit, not named_exactly, match.was is not None, match.partly)
            if match.code not in ranked or order < ranked[match.code][0]:
                ranked[match.code] = (order, match)
        if any(order[0] == rules.BY_NAME for order, _ in ranked.values()):
            break
    alphabet = {code: position for position, code in enumerate(gazetteer.communes)}
    best_first = sorted(ranked.values(), key=lambda found: (found[0], alphabet[found[1].code]))
    return [match for _, match in best_first]


def _matches(
    gazetteer: _Gazetteer, reading: rules.Reading, typed: str, province_code: str | None
) -> Iterable[tuple[int, bool, CommuneMatch]]:
    """Each fitting commune with how well it fits and whether its name stands in the text mark for mark."""
    for row in session.execute(_communes_like(gazetteer, reading, province_code)):
        commune = gazetteer.communes[row.code]
        fit = rules.rank(reading, row.folded, "", gazetteer.province_words[commune.province_code])
        if fit is not None:
            yield fit, commune.bare_name.casefold() in typed, _match(gazetteer, commune, None, partly=False)
    for old in session.execute(_legacy_communes_like(gazetteer, reading, province_code)):
        province = old.legacy_province_code
        fit = rules.rank(reading, old.folded, old.folded_district, gazetteer.legacy_province_words[province])
        if fit is not None:
            by_district = fit == rules.BY_DISTRICT
            former = [old.district] if by_district else [old.name, old.district]
            was = ", ".join(part for part in (*former, gazetteer.legacy_provinces[province]) if part)
            exact = rules.bare_name(former[0]).casefold() in typed
            commune = gazetteer.communes[old.commune_code]
            yield fit, exact, _match(gazetteer, commune, was, partly=old.partly and not by_district)


def _match(gazetteer: _Gazetteer, commune: CommuneEntry, was: str | None, *, partly: bool) -> CommuneMatch:
    province = gazetteer.provinces[commune.province_code]
    return CommuneMatch(commune.code, commune.name, province.code, province.name, was, partly)


def _communes_like(gazetteer: _Gazetteer, reading: rules.Reading, province_code: str | None) -> Select[str, str]:
    fits = _fits(reading, [Commune.folded], Commune.province_code, gazetteer.province_words)
    found = select(Commune.code, Commune.folded).where(fits)
    if province_code is not None:
        found = found.where(Commune.province_code == province_code)
    return found.order_by(*_nearest_first(Commune.folded, reading)).limit(_MOST_CANDIDATES)


def _legacy_communes_like(
    gazetteer: _Gazetteer, reading: rules.Reading, province_code: str | None
) -> Select[str, str, str, str, str, str, bool]:
    fits = _fits(
        reading,
        [LegacyCommune.folded, LegacyCommune.folded_district],
        LegacyCommune.legacy_province_code,
        gazetteer.legacy_province_words,
    )
    found = select(
        LegacyCommune.name,
        LegacyCommune.district,
        LegacyCommune.folded,
        LegacyCommune.folded_district,
        LegacyCommune.legacy_province_code,
        LegacyCommune.commune_code,
        LegacyCommune.partly,
    ).where(fits)
    if province_code is not None:
        found = found.where(
            LegacyCommune.commune_code.in_(select(Commune.code).where(Commune.province_code == province_code))
        )
    return found.order_by(*_nearest_first(LegacyCommune.folded, reading), LegacyCommune.id).limit(_MOST_CANDIDATES)


def _fits(
    reading: rules.Reading,
    names: list[InstrumentedAttribute[str]],
    province: InstrumentedAttribute[str],
    province_words: dict[str, frozenset[str]],
) -> ColumnElement[bool]:
    """Every word is in a name or belongs to the province, and at least one is in a name."""
    in_names: list[ColumnElement[bool]] = []
    anywhere: list[ColumnElement[bool]] = []
    for word in dict.fromkeys(reading.words):
        is_last = word == reading.words[-1]
        in_name = or_(*(_has_word(name, word, is_last=is_last) for name in names))
        codes = [code for code, known in province_words.items() if rules.is_known(word, known, is_last=is_last)]
        in_names.append(in_name)
        anywhere.append(or_(in_name, province.in_(codes)) if codes else in_name)
    return and_(*anywhere, or_(*in_names))


def _has_word(name: InstrumentedAttribute[str], word: str, *, is_last: bool) -> ColumnElement[bool]:
    # Folded words hold letters and digits only, so nothing needs escaping.
    return (literal(" ") + name + literal(" ")).like(f"% {word}%" if is_last else f"% {word} %")


def _nearest_first(name: InstrumentedAttribute[str], reading: rules.Reading) -> tuple[ColumnElement[int], ...]:
    begins = name.like(f"{reading.words[0]}%")
    return case((begins, 0), else_=1), func.length(name)
