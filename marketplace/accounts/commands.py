"""What an operator does at a terminal: appointing the first admin, since no account is there by default."""

from __future__ import annotations

import click

from marketplace.accounts import actions, queries, rules
from marketplace.accounts.states import AllianceRole
from marketplace.foundation.database import transaction
from marketplace.foundation.phones import BadPhone


@click.command("make-admin")
@click.argument("contact")
def make_admin(contact: str) -> None:
    """Make the person who signs in with CONTACT (a phone number or e-mail address) an admin of all provinces."""
    try:
        phone, email = rules.parse_contact(contact)
    except BadPhone:
        raise click.ClickException(f"{contact!r} is neither a phone number nor an e-mail address") from None
    with transaction():
        person = queries.find_by_contact(phone=phone, email=email)
        if person is None:
            raise click.ClickException(f"Nobody signs in with {contact}; register this account on the site first")
        actions.appoint(person, role=AllianceRole.ADMIN, province_codes=set(), by=None)
    click.echo(f"{person.full_name} is an admin. The next sign-in sets up the authenticator app.")
