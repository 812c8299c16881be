"""Every table of the market, for migrations and for tools that must know them all."""

from marketplace.accounts import models as accounts
from marketplace.bookkeeping import models as bookkeeping
from marketplace.care import models as care
from marketplace.catalogue import models as catalogue
from marketplace.certificates import models as certificates
from marketplace.checkout import models as checkout
from marketplace.cooperatives import models as cooperatives
from marketplace.epcis import models as epcis
from marketplace.fairs import models as fairs
from marketplace.farming import models as farming
from marketplace.foundation import audit, jobs, messages, public_version, realtime
from marketplace.foundation.database import Base
from marketplace.fulfilment import models as fulfilment
from marketplace.geography import models as geography
from marketplace.inventory import models as inventory
from marketplace.invoices import models as invoices
from marketplace.ledger import models as ledger
from marketplace.notifications import models as notifications
from marketplace.orders import models as orders
from marketplace.payments import models as payments
from marketplace.sourcing import models as sourcing
from marketplace.traceability import models as traceability
from marketplace.transparency import models as transparency

metadata = Base.metadata

__all__ = [
    "accounts", "audit", "bookkeeping", "care", "catalogue", "certificates", "checkout", "cooperatives", "epcis",
    "fairs", "farming", "fulfilment", "geography", "inventory", "invoices", "jobs", "ledger", "messages", "metadata",
    "notifications", "orders", "payments", "public_version", "realtime", "sourcing", "traceability", "transparency",
]  # fmt: skip
