"""What a closing report counts (domain.md 10.5); what each means stands in words.py."""

from enum import StrEnum


class Figure(StrEnum):
    INVITED = "invited"
    APPLIED = "applied"
    APPROVED = "approved"
    ATTENDED = "attended"  # cooperatives that sold or went on air: one turn each
    PROVINCES = "provinces"
    PRODUCTS = "products"
    STARRED = "starred"
    CERTIFIED = "certified"
    SLOTS = "slots"
    MINUTES = "minutes"
    VIEWERS = "viewers"
    PEAK = "peak"
    QUESTIONS = "questions"
    ANSWERED = "answered"
    ORDERS = "orders"
    CONFIRMED = "confirmed"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    PACKS = "packs"
    GROSS_DONG = "gross_dong"
    DELIVERED_DONG = "delivered_dong"
    AVERAGE_DONG = "average_dong"
    BUYERS = "buyers"
    NEW_BUYERS = "new_buyers"
    SCANS = "scans"
    LEADS = "leads"
    COMPLAINTS = "complaints"
    COMPLAINTS_SETTLED = "complaints_settled"
    COMPLAINTS_DONG = "complaints_dong"
    RATINGS = "ratings"
    RATING_TENTHS = "rating_tenths"
    # Of supply and demand; only where a provider counts them.
    REQUESTS = "requests"
    OFFERS = "offers"
    MEMORANDUMS = "memorandums"
    CONTRACTS = "contracts"
    CONTRACT_KILOGRAMS = "contract_kilograms"
    CONTRACT_DONG = "contract_dong"


AMOUNTS = frozenset(
    {Figure.GROSS_DONG, Figure.DELIVERED_DONG, Figure.AVERAGE_DONG, Figure.COMPLAINTS_DONG, Figure.CONTRACT_DONG}
)
