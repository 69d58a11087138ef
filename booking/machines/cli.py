"""Commands of the place: its beginning, with a first workshop for its machines."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from booking.database import db, writing
from booking.machines.models import Area
from booking.site.refusals import SiteRefused
from booking.site.service import create_site

site = AppGroup("site", help="The place.")

FIRST_AREA = {"fr": "Atelier", "en": "Workshop", "de": "Werkstatt"}


@site.command("create")
@click.argument("name")
def create(name: str) -> None:
    """Set up an empty installation for the place called NAME."""
    try:
        with writing():
            create_site(name)
            db.session.add(Area(code="ATELIER", name=FIRST_AREA))
    except SiteRefused:
        raise click.ClickException("this installation already has its place") from None
    click.echo(f"{name}: ready. Next: flask members create-manager EMAIL")
