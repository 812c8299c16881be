"""What people read for the codes of the catalogue."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from marketplace.catalogue.queries import Order
from marketplace.catalogue.states import ClaimStanding, Publication, StorageClass, VatCode
from marketplace.foundation.quantities import BaseUnit

GROUPS: dict[str, Any] = {
    "food": _("Food"),
    "beverage": _("Drinks"),
    "herbal": _("Medicinal herbs"),
    "handicraft": _("Handicraft"),
    "ornamental": _("Flowers and plants"),
    "rural_tourism": _("Visits to the countryside"),
}

GROUP_ICONS = {
    "food": "leaf",
    "beverage": "cup",
    "herbal": "herb",
    "handicraft": "pot",
    "ornamental": "flower",
    "rural_tourism": "map",
}

SUBGROUPS: dict[str, Any] = {
    "food_fresh_produce": _("Fresh vegetables, fruit, nuts"),
    "food_fresh_animal": _("Fresh meat, fish, eggs, milk"),
    "food_raw_grain": _("Rice and grain"),
    "food_raw_honey_other": _("Honey and other raw produce"),
    "food_proc_instant": _("Ready meals"),
    "food_proc_grain": _("Made from rice and grain: noodles, cakes"),
    "food_proc_produce": _("Made from fruit, vegetables, nuts"),
    "food_proc_animal": _("Made from meat, fish, eggs, milk"),
    "food_season_liquid": _("Fish sauce, soy sauce, liquid seasoning"),
    "food_season_other": _("Other seasoning"),
    "food_tea": _("Tea"),
    "food_tea_other": _("Other products of the tea plant"),
    "food_coffee_cocoa": _("Coffee and cocoa"),
    "bev_spirit": _("White spirit"),
    "bev_alcohol_other": _("Other alcoholic drinks"),
    "bev_water": _("Mineral and pure water"),
    "bev_soft": _("Drinks without alcohol"),
    "herb_functional": _("Health food and herbal medicine"),
    "herb_cosmetic": _("Herbal cosmetics"),
    "herb_oil_other": _("Essential oils and other herbs"),
    "craft_home_decor": _("Household goods, decoration, souvenirs"),
    "craft_textile": _("Cloth and clothes"),
    "orn_flower": _("Flowers"),
    "orn_plant": _("Ornamental plants"),
    "orn_animal": _("Ornamental animals"),
    "tour_community": _("Community tourism"),
}

ORDERS: dict[Order, Any] = {
    Order.BEST: _("Best match"),
    Order.NEWEST: _("Newest"),
    Order.CHEAPEST: _("Lowest price"),
    Order.DEAREST: _("Highest price"),
    Order.NAME: _("Name A to Z"),
}

STORAGE: dict[StorageClass, Any] = {
    StorageClass.AMBIENT: _("Travels at normal temperature"),
    StorageClass.COOL: _("Kept cool on the way, 0 to 8 °C"),
    StorageClass.FROZEN: _("Frozen, −18 °C or colder"),
}

VAT: dict[VatCode, Any] = {
    VatCode.NOT_SUBJECT: _("Not subject to VAT"),
    VatCode.NOT_DECLARED: _("VAT neither declared nor paid"),
    VatCode.ZERO: _("VAT 0%"),
    VatCode.FIVE: _("VAT 5%"),
    VatCode.EIGHT: _("VAT 8%"),
    VatCode.TEN: _("VAT 10%"),
}

MEASURE_IS_FIXED: dict[BaseUnit, Any] = {
    BaseUnit.GRAM: _(
        "This product is sold by weight, and its lots are weighed. Type grams or kilograms, or list a new product."
    ),
    BaseUnit.MILLILITRE: _(
        "This product is sold by volume, and so are its lots. Type ml or litres, or list a new product."
    ),
    BaseUnit.PIECE: _(
        "This product is sold by the piece, and its lots are counted. Type pieces, or list a new product."
    ),
}

PUBLICATION: dict[Publication, Any] = {
    Publication.DRAFT: _("Draft"),
    Publication.PUBLISHED: _("On the market"),
    Publication.ARCHIVED: _("Put away"),
    Publication.WITHDRAWN: _("Taken down by the Alliance"),
}


CLAIM_TAGS: dict[ClaimStanding, Any] = {
    ClaimStanding.SHOWN: _("shown"),
    ClaimStanding.OTHER_PRODUCT: _("does not cover this product"),
    ClaimStanding.PENDING: _("not shown"),
    ClaimStanding.NEED_INFO: _("not shown"),
    ClaimStanding.SUSPENDED: _("not shown"),
    ClaimStanding.REFUSED: _("not shown"),
    ClaimStanding.NOT_YET: _("not shown"),
    ClaimStanding.ENDED: _("not shown"),
}

CLAIM_REASONS: dict[ClaimStanding, Any] = {
    ClaimStanding.PENDING: _("The officer has not checked it yet."),
    ClaimStanding.NEED_INFO: _("The officer asks for more. Open it and answer."),
    ClaimStanding.SUSPENDED: _("The officer has suspended it. Open it to see why."),
    ClaimStanding.REFUSED: _("The officer refused it. Open it to see why."),
    ClaimStanding.NOT_YET: _("It is not valid yet."),
    ClaimStanding.ENDED: _("It has ended. Hand in the new one."),
}


ROW_ERRORS = {
    "missing": _("Please fill this in."),
    "no_such_group": _("Take a code from the second sheet, such as food_fresh_produce."),
    "no_content": _("Type what is in the pack, such as 500 g, 1,5 kg, 500 ml or 1 cái."),
    "no_price": _("Type a price from 1 ₫ to 500.000.000 ₫."),
    "units_differ": _("All packs of one product are measured alike: by weight, by volume or by the piece."),
    "no_shelf_life": _("Type days such as 12."),
    "no_such_storage": _("Type “thường”, “mát” or “đông”."),
    "no_such_vat": _("Type KCT, KKKNT, 0%, 5%, 8% or 10%."),
    "no_such_month": _("Type months such as 7, 8, 9."),
}

IMPORT_FAILURES = {
    "not_a_sheet": _("This is not our Excel template. Download it again, fill it in and send it."),
    "too_many_rows": _("At most 500 products in one file. Split it and send the parts."),
    "empty": _("The sheet holds no product below the headings."),
}


def season(months: int) -> str:
    """The months of a season in words, runs joined: "7–9", "11–3"; empty for all year."""
    if months == 0:
        return ""
    chosen = [month for month in range(1, 13) if months >> (month - 1) & 1]
    runs: list[list[int]] = []
    for month in chosen:
        if runs and runs[-1][-1] == month - 1:
            runs[-1].append(month)
        else:
            runs.append([month])
    if len(runs) > 1 and runs[0][0] == 1 and runs[-1][-1] == 12:
        runs[0] = runs.pop() + runs[0]  # a season that goes on over the new year is one season
    named = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
    return str(gettext("months %(months)s", months=", ".join(named)))
