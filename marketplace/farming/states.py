"""Kinds of diary entries, and the verdicts on what a season has given."""

from enum import StrEnum


class DiaryKind(StrEnum):
    """What was done (domain.md 3.2); the codes are stored and exported, the words stand in words.py."""

    LAND_PREP = "land_prep"
    SEED_PLANTING = "seed_planting"
    IRRIGATION = "irrigation"
    FERTILIZER = "fertilizer"
    PESTICIDE = "pesticide"
    WEEDING_PRUNING = "weeding_pruning"
    SCOUTING = "scouting"
    HARVEST = "harvest"
    POSTHARVEST = "postharvest"
    PACKING = "packing"
    STORAGE_TRANSPORT = "storage_transport"
    LAB_TEST = "lab_test"
    SALE = "sale"
    INPUT_PURCHASE = "input_purchase"
    TRAINING = "training"
    INCIDENT = "incident"
    STOCKING = "stocking"
    FEED = "feed"
    VACCINE = "vaccine"
    MEDICINE = "medicine"
    WATER_QUALITY = "water_quality"
    MORTALITY = "mortality"


class Ceiling(StrEnum):
    """A harvest beside what the land, or the certificate, can give."""

    WITHIN = "within"
    OVER = "over"  # above 100 %, up to 110 %: counted, but an officer must approve


class CeilingOf(StrEnum):
    """Whose ceiling a harvest went over."""

    SEASON = "season"
    CERTIFICATE_YEAR = "certificate_year"


class CeilingBasis(StrEnum):
    """Where a season's ceiling comes from."""

    RICE_STATISTICS = "rice_statistics"
    LONGAN_STATISTICS = "longan_statistics"
    SUBGROUP_DEFAULT = "subgroup_default"
    CERTIFICATE = "certificate"
    TYPED = "typed"


class NoticeKind(StrEnum):
    """Why an officer should look at what was written into a diary."""

    WAITING_LIFTED = "waiting_lifted"  # a correction ends, or shortens, the waiting time after spraying
    ADDED_LATE = "added_late"


class Verdict(StrEnum):
    """What an officer said of a harvest over its ceiling."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
