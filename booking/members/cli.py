"""Commands of members: the first manager, and tokens for programs."""

from __future__ import annotations

import click
from email_validator import EmailNotValidError, validate_email
from flask.cli import AppGroup

from booking.database import writing
from booking.members.models import Role
from booking.members.queries import find_member_by_email, list_members_with
from booking.members.refusals import ActRefused
from booking.members.service import accounts, passwords
from booking.members.service.tokens import create_token as new_token
from booking.site.queries import find_site

members = AppGroup("members", help="Accounts.")
tokens = AppGroup("tokens", help="Access tokens for programs.")


@members.command("create-manager")
@click.argument("email")
@click.option("--name", help="The person's name; by default what stands before the @.")
def create_manager(email: str, name: str | None) -> None:
    """Make an approved manager and print a password, once.

    The first one is also the administrator, who can appoint others.
    """
    if find_site() is None:
        raise click.ClickException("no site yet: run `flask site create NAME` first")
    try:
        validate_email(email, check_deliverability=False)
    except EmailNotValidError as error:
        raise click.BadParameter(str(error), param_hint="EMAIL") from None
    password = passwords.new_password()
    password_hash = passwords.hash_password(password)
    try:
        with writing():
            first = not list_members_with(Role.ADMIN)
            roles = {Role.MANAGER, Role.ADMIN} if first else {Role.MANAGER}
            member = accounts.appoint(email, name or email.split("@")[0], roles, password_hash)
    except ActRefused as refused:
        raise click.ClickException(f"{email}: {refused.refusal}") from None
    click.echo(f"{member.code} {member.email} ({', '.join(sorted(roles))})")
    click.echo(f"password: {password}")


@tokens.command("create")
@click.argument("email")
@click.option("--name", default="command line", show_default=True, help="What it is for.")
def create_token(email: str, name: str) -> None:
    """Print a new token of the member with this address, and nothing else."""
    member = find_member_by_email(email)
    if member is None or not member.is_active:
        raise click.ClickException(f"{email}: no active account has this address")
    with writing():
        token = new_token(member, name)
    click.echo(token)
