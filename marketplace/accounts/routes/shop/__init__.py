"""Pages on which people register, sign in and look after their accounts."""

from marketplace.accounts.routes.shop import account, passwords, registering, signing_in
from marketplace.accounts.routes.shop.blueprint import pages

__all__ = ["account", "pages", "passwords", "registering", "signing_in"]
