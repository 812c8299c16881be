"""What people read for the codes of land and diary."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _

from marketplace.farming import rules
from marketplace.farming.states import CeilingBasis, DiaryKind

KINDS: dict[DiaryKind, Any] = {
    DiaryKind.LAND_PREP: _("Preparing the soil"),
    DiaryKind.SEED_PLANTING: _("Sowing, planting"),
    DiaryKind.IRRIGATION: _("Watering"),
    DiaryKind.FERTILIZER: _("Fertilizing"),
    DiaryKind.PESTICIDE: _("Spraying"),
    DiaryKind.WEEDING_PRUNING: _("Weeding, pruning, bagging fruit"),
    DiaryKind.SCOUTING: _("Looking for pests"),
    DiaryKind.HARVEST: _("Harvesting"),
    DiaryKind.POSTHARVEST: _("Sorting, washing, drying"),
    DiaryKind.PACKING: _("Packing, labelling"),
    DiaryKind.STORAGE_TRANSPORT: _("Storing, transporting"),
    DiaryKind.LAB_TEST: _("Residue test"),
    DiaryKind.SALE: _("Selling"),
    DiaryKind.INPUT_PURCHASE: _("Buying supplies"),
    DiaryKind.TRAINING: _("Training"),
    DiaryKind.INCIDENT: _("Incident"),
    DiaryKind.STOCKING: _("Stocking young animals"),
    DiaryKind.FEED: _("Feeding"),
    DiaryKind.VACCINE: _("Vaccinating"),
    DiaryKind.MEDICINE: _("Giving medicine"),
    DiaryKind.WATER_QUALITY: _("Testing the water"),
    DiaryKind.MORTALITY: _("Dead animals"),
}

KIND_ICONS: dict[DiaryKind, str] = {
    DiaryKind.LAND_PREP: "map",
    DiaryKind.SEED_PLANTING: "rice",
    DiaryKind.IRRIGATION: "drop",
    DiaryKind.FERTILIZER: "pot",
    DiaryKind.PESTICIDE: "spray",
    DiaryKind.WEEDING_PRUNING: "leaf",
    DiaryKind.SCOUTING: "eye",
    DiaryKind.HARVEST: "fruit",
    DiaryKind.POSTHARVEST: "sort",
    DiaryKind.PACKING: "box",
    DiaryKind.STORAGE_TRANSPORT: "truck",
    DiaryKind.LAB_TEST: "file",
    DiaryKind.SALE: "money",
    DiaryKind.INPUT_PURCHASE: "cart",
    DiaryKind.TRAINING: "people",
    DiaryKind.INCIDENT: "warning",
    DiaryKind.STOCKING: "egg",
    DiaryKind.FEED: "vegetable",
    DiaryKind.VACCINE: "award",
    DiaryKind.MEDICINE: "bottle",
    DiaryKind.WATER_QUALITY: "fish",
    DiaryKind.MORTALITY: "close",
}

FIELDS: dict[str, Any] = {
    "active_ingredient": _("Active ingredient"),
    "animal_source": _("Where do the animals come from?"),
    "animals_count": _("How many animals?"),
    "area_m2": _("Area (m²)"),
    "bought": _("What was bought?"),
    "bought_quantity": _("How much was bought?"),
    "breed": _("Breed"),
    "buyer": _("Buyer"),
    "cause": _("Cause"),
    "disease": _("Against which disease?"),
    "disposal": _("What was done with them?"),
    "document_number": _("Number of the receipt"),
    "dose": _("Dose"),
    "expires_on": _("Use before"),
    "feed": _("Name of the feed"),
    "feed_quantity": _("How much feed?"),
    "fertilizer": _("Name of the fertilizer"),
    "fertilizer_type": _("Kind of fertilizer"),
    "finding": _("What was found?"),
    "grade": _("Grade"),
    "input_lots": _("From which lots?"),
    "invoice": _("Number of the invoice"),
    "label_range": _("Labels from … to …"),
    "laboratory": _("Laboratory"),
    "lot_code": _("Lot code"),
    "lots_affected": _("Which lots are affected?"),
    "loss_weight": _("Loss"),
    "measure": _("What was done about it?"),
    "method": _("How was it applied?"),
    "note": _("Note"),
    "output_weight": _("Weight afterwards"),
    "pack_size": _("Pack size"),
    "packs_count": _("How many packs?"),
    "parameters": _("What was tested?"),
    "participants": _("Who took part?"),
    "phi_days": _("Days to wait before harvest"),
    "photos": _("Photos"),
    "result": _("Result"),
    "sampled_on": _("Sample taken on"),
    "seed_lot": _("Lot of the seed"),
    "seed_quantity": _("How much seed?"),
    "seed_source": _("Where does the seed come from?"),
    "sprayer": _("Who sprayed?"),
    "storage_place": _("Where is it kept?"),
    "supplier": _("Supplier"),
    "target_pest": _("Against which pest?"),
    "temperature": _("Temperature"),
    "topic": _("What about?"),
    "trade_name": _("Trade name on the pack"),
    "vaccine": _("Name of the vaccine"),
    "variety": _("Variety"),
    "vehicle": _("Vehicle"),
    "volume": _("How much was sprayed?"),
    "water_chemical": _("Water or chemical used"),
    "water_source": _("Where does the water come from?"),
    "watering_method": _("How was it watered?"),
    "weather": _("Weather"),
    "weight": _("Weight"),
    "withdrawal_days": _("Days to wait before harvest or slaughter"),
    "work": _("What was done?"),
    "worker": _("Who did the work?"),
}

HINTS: dict[str, Any] = {
    "dose": _("For example 20 ml for 16 litres of water, or 10 kg for 360 m²."),
    "phi_days": _("It stands on the pack as PHI, for example 7."),
    "withdrawal_days": _("It stands on the pack, for example 10."),
    "weight": _("For example 120 kg or 2 tạ."),
    "output_weight": _("For example 120 kg or 2 tạ."),
    "loss_weight": _("For example 3 kg; 0 if there was none."),
    "lots_affected": _("Lot codes; “none” if there are none."),
    "seed_lot": _("It stands on the bag; “own seed” if it is your own."),
}

CHOICES: dict[str, Any] = {
    "huu_co": _("Organic"),
    "vo_co": _("Mineral"),
    "vi_sinh": _("With microbes"),
}

PROBLEMS: dict[str, Any] = {
    rules.MISSING: _("Please fill this in."),
    rules.NOT_WEIGHT: _("Type a weight such as 120 kg or 2 tạ."),
    rules.NOT_NUMBER: _("Type a whole number such as 120."),
    rules.NOT_DAYS: _("Type a number of days from 0 to 365."),
    rules.NOT_DAY: _("Type a day such as 05/11/2026."),
    rules.NOT_CHOICE: _("Please choose one."),
    rules.TOO_LONG: _("This is too long. Put the rest into the note."),
    "no_photo": _("Add a photo of the paper."),
    "future": _("This day has not come yet."),
}

BASES: dict[CeilingBasis, Any] = {
    CeilingBasis.RICE_STATISTICS: _(
        "area × 1.3 × 6.09 tonnes a hectare (mean of a rice crop, General Statistics Office 2024)"
    ),
    CeilingBasis.LONGAN_STATISTICS: _(
        "area × 1.3 × 8.15 tonnes a hectare (mean of longan, Ministry of Agriculture 2019)"
    ),
    CeilingBasis.SUBGROUP_DEFAULT: _("area × the most that such crops usually give"),
    CeilingBasis.CERTIFICATE: _("this plot's share of what its certificate expects in a year"),
    CeilingBasis.TYPED: _("typed by the cooperative"),
}

# What the page's script says; it has no translations of its own.
QUEUE: dict[str, Any] = {
    "waiting": _("Waits to be sent"),
    "sending": _("Is being sent"),
    "done": _("Recorded"),
    "refused": _("Refused"),
    "edit": _("Mend and send again"),
    "drop": _("Throw away"),
    "really_drop": _("Throw this entry away? It was not recorded."),
    "photos": _("photos"),
    "offline": _("No network. What you write stays on this phone and is sent when the network is back."),
    "signed_out": _("You are signed out. Your entries stay on this phone; sign in and they are sent."),
    "other_person": _("Written by somebody else who was signed in on this phone. It is sent when he signs in again."),
    "server": _("The market does not answer right now. We try again by itself."),
    "online_only": _("To correct a recorded entry you need the network."),
    "no_storage": _("This phone keeps nothing (private window?). Without network the entry would be lost."),
}
