"""Organisations, and what they or private persons subscribe to."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask import Flask

from booking.database import db
from booking.journal.models import JournalEntry
from booking.members.models import Organisation, Plan, Subscription, SubscriptionCover
from booking.members.queries import find_member, find_organisation
from tests.statements import statements_of
from tests.web.checking import Browser, Page

MANAGER, ADMIN = "S1", "S7"


def organisation(code: str) -> Organisation:
    found = find_organisation(code)
    assert found is not None, code
    return found


def entries(app: Flask, act: str) -> list[JournalEntry]:
    with app.app_context():
        return list(
            db.session.scalars(db.select(JournalEntry).filter_by(act=act).order_by(JournalEntry.id))
        )


def create(app: Flask, status: int = 303, **values: Any) -> Page:
    browser = Browser(app, MANAGER)
    good = {"name": "Atelier Noël", "legal_form": "EURL", "vat_regime": "NORMAL"}
    return browser.send(browser.get("/organisations/new").form(), status, **(good | values))


class TestReading:
    def test_they_are_found_by_name_town_and_number(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, MANAGER)
        for words in ("Schwoerer", "Sarreguemines", "000100024", "O02"):
            assert "Agencement Schwoerer SARL" in browser.get(f"/organisations?words={words}").text

    def test_the_statements_of_the_list_do_not_grow_with_it(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, MANAGER)
        with statements_of(demo_app) as few:
            browser.get("/organisations?words=O02")
        with statements_of(demo_app) as many:
            browser.get("/organisations")
        assert len(few) == len(many)

    def test_its_admin_sees_the_own_people_and_no_other_organisation(self, demo_app: Flask) -> None:
        browser = Browser(demo_app, "U02")
        page = browser.get("/organisations/O02")
        for name in ("Mathieu Schwoerer", "Jonas Weber", "Inès Benhaddou"):
            assert name in page.text
        assert browser.ask("/organisations/O05").status_code == 404
        assert browser.ask("/organisations").status_code == 403
        assert browser.ask("/organisations/O02/edit").status_code == 404

    def test_a_colleague_without_that_role_does_not_see_it(self, demo_app: Flask) -> None:
        assert Browser(demo_app, "U03").ask("/organisations/O02").status_code == 404


class TestWriting:
    def test_a_new_one_gets_the_next_code(self, demo_app: Flask) -> None:
        page = create(demo_app, siren="732 829 320", sector_code="WOOD", headcount=3)
        assert (page.h1, page.url) == ("Atelier Noël", "/organisations/O30")
        with demo_app.app_context():
            assert organisation("O30").siren == "732829320"
        (entry,) = entries(demo_app, "organisation.created")
        assert entry.after["headcount"] == 3

    def test_a_siret_is_kept_as_its_siren(self, demo_app: Flask) -> None:
        create(demo_app, siren="732 829 320 00074")
        with demo_app.app_context():
            assert organisation("O30").siren == "732829320"

    @pytest.mark.parametrize(
        ("country", "vat_id"),
        [("FR", "FR44732829320"), ("DE", "DE 136.695.976"), ("LU", "LU15027442")],
    )
    def test_foreign_vat_ids_are_known(self, demo_app: Flask, country: str, vat_id: str) -> None:
        create(demo_app, country=country, vat_id=vat_id)
        with demo_app.app_context():
            assert organisation("O30").vat_id == vat_id.replace(" ", "").replace(".", "")

    @pytest.mark.parametrize(
        "bad",
        [
            {"name": ""},
            {"name": "<img src=x>"},
            {"name": "@SUM(A1)"},
            {"name": "x" * 161},
            {"siren": "732829321"},
            {"siren": "73282932000075"},
            {"siren": "abc"},
            {"vat_id": "FR00732829320"},
            {"vat_id": "DE136695976"},
            {"country": "XX"},
            {"legal_form": "EMPIRE"},
            {"sector_code": "NONE"},
            {"founded_on": "0001-01-01"},
            {"founded_on": "9999-01-01"},
            {"founded_on": "2027-02-29"},
            {"headcount": "-1"},
            {"headcount": "many"},
            {"headcount": "9" * 30},
        ],
        ids=repr,
    )
    def test_answers_that_are_none_are_refused(self, demo_app: Flask, bad: dict[str, Any]) -> None:
        create(demo_app, 422, **bad)
        assert entries(demo_app, "organisation.created") == []

    def test_a_number_on_record_is_not_held_against_who_changes_the_town(
        self, demo_app: Flask
    ) -> None:
        browser = Browser(demo_app, MANAGER)
        browser.send(browser.get("/organisations/O27/edit").form(), town="Dillingen")
        (entry,) = entries(demo_app, "organisation.changed")
        assert (entry.before, entry.after) == ({"town": "Saarlouis"}, {"town": "Dillingen"})

    def test_the_later_of_two_editors_is_told(self, demo_app: Flask) -> None:
        first, second = Browser(demo_app, MANAGER), Browser(demo_app, ADMIN)
        late = second.get("/organisations/O02/edit").form()
        first.send(first.get("/organisations/O02/edit").form(), town="Bitche")
        assert "Quelqu’un a modifié" in second.send(late, 409, town="Metz").text
        with demo_app.app_context():
            assert organisation("O02").town == "Bitche"


class TestSubscriptions:
    def subscribe(self, app: Flask, path: str, status: int = 303, **values: Any) -> Page:
        browser = Browser(app, MANAGER)
        good = {"plan": "P-NOM", "starts_on": "2026-12-01", "ends_on": "2027-11-30"}
        form = browser.get(f"{path}/subscriptions/new").form()
        return browser.send(form, status, **(good | values))

    def plans(self, app: Flask, code: str, day: date) -> list[str]:
        with app.app_context():
            member = find_member(code)
            assert member is not None
            return [
                subscription.plan.code
                for subscription in db.session.scalars(
                    db.select(Subscription)
                    .join(Subscription.covers)
                    .join(Subscription.plan)
                    .where(SubscriptionCover.member_id == member.id)
                    .order_by(Plan.code)
                )
                if subscription.starts_on <= day <= (subscription.ends_on or date.max)
            ]

    def test_an_organisation_pays_for_its_people(self, demo_app: Flask) -> None:
        self.subscribe(demo_app, "/organisations/O02", covers=["U03"])
        inside, outside = date(2027, 11, 30), date(2027, 12, 1)
        assert self.plans(demo_app, "U03", inside) == ["P-NOM", "P-RES"]
        assert self.plans(demo_app, "U03", outside) == ["P-RES"]
        assert self.plans(demo_app, "U02", inside) == ["P-RES"]
        (entry,) = entries(demo_app, "subscription.created")
        assert (entry.subject_code, entry.after["covers"]) == ("O02", ["U03"])

    def test_a_private_person_pays_alone(self, demo_app: Flask) -> None:
        self.subscribe(demo_app, "/members/U30", covers=["U30"])
        assert "P-NOM" in self.plans(demo_app, "U30", date(2027, 1, 15))

    def test_an_end_is_set_and_a_person_taken_out(self, demo_app: Flask) -> None:
        with demo_app.app_context():
            number = (
                db.session.query(Subscription.id)
                .filter_by(organisation_id=organisation("O02").id)
                .scalar()
            )
        path = f"/subscriptions/{number}"
        browser = Browser(demo_app, MANAGER)
        browser.send(browser.get(path).form(), ends_on="2026-12-31", covers=["U02", "U03"])
        assert self.plans(demo_app, "U02", date(2027, 1, 1)) == []
        assert self.plans(demo_app, "U04", date(2026, 12, 1)) == []
        (entry,) = entries(demo_app, "subscription.changed")
        assert entry.before == {"ends_on": None, "covers": ["U02", "U03", "U04"]}

    @pytest.mark.parametrize(
        "bad",
        [
            {"plan": "P-NONE"},
            {"starts_on": ""},
            {"starts_on": "0001-01-01"},
            {"starts_on": "2027-02-29"},
            {"ends_on": "2026-11-30"},
            {"ends_on": "9999-12-31"},
            {"covers": ["U05"]},
        ],
        ids=repr,
    )
    def test_answers_that_are_none_are_refused(self, demo_app: Flask, bad: dict[str, Any]) -> None:
        self.subscribe(demo_app, "/organisations/O02", 422, **bad)
        assert entries(demo_app, "subscription.created") == []

    def test_only_managers_subscribe(self, demo_app: Flask) -> None:
        for code in (ADMIN, "U02", "S4"):
            browser = Browser(demo_app, code)
            assert browser.ask("/organisations/O02/subscriptions/new").status_code == 404
            assert browser.ask("/members/U30/subscriptions/new").status_code == 404
            assert browser.ask("/subscriptions/1").status_code == 404
