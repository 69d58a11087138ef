"""Commands of the demo."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from booking.demo import service
from booking.site.queries import get_site

demo = AppGroup("demo", help="The demo site.")


@demo.command("load")
@click.option("--without-agenda", is_flag=True, help="Leave the weeks ahead empty.")
def load(without_agenda: bool) -> None:
    """Fill an empty database with the demo site."""
    if service.is_loaded():
        click.echo(f"This database already holds {get_site().name}; nothing was changed.")
        return
    try:
        service.load(with_agenda=not without_agenda)
    except service.NotADemo as refusal:
        raise click.ClickException(f"{refusal}; set BOOKING_MODE=demo.") from None
    click.echo(f"{get_site().name} is loaded. Password of all accounts: {service.PASSWORD}")
