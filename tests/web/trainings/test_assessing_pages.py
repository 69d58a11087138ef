"""Writing down a practical test in the browser, and what the proposal says of it."""

from __future__ import annotations

from typing import Any

from flask import Flask

from tests.learning import prove_in
from tests.web.checking import Browser, Page

ADDRESS = "/assessments/LASER/U25"
PROPOSAL = "/certifications/new?member=U25&training=LASER"


def write_down(trainer: Browser, **results: Any) -> Page:
    form = trainer.get(ADDRESS).form(ADDRESS)
    every = {f"item_{number}": "PASSED" for number in range(1, 9)}
    return trainer.send(form, part="Boîte en peuplier", **every | results)


def test_a_failed_critical_point_blocks_the_proposal_and_says_so(demo_app: Flask) -> None:
    prove_in(demo_app, "U25")
    trainer = Browser(demo_app, "S2")
    page = write_down(trainer, item_1="FAILED")
    assert "Épreuve pratique enregistrée" in page.text
    assert "Boîte en peuplier" in page.text
    page = trainer.send(page.form("/certifications/new"), 422, level="2")
    assert "Un point critique de l’épreuve pratique est raté" in page.text
    write_down(trainer)
    page = trainer.get(PROPOSAL)
    assert len(page.form("/certifications/new").values["done"]) == 8
    page = trainer.send(page.form("/certifications/new"), level="2")
    assert "Proposition envoyée" in page.text
    card = Browser(demo_app, "S1").get("/decisions").text
    assert "8 points sur 8" in card
    assert "Boîte en peuplier" in card
    assert "2 épreuves" in card


def test_part_and_day_are_asked(demo_app: Flask) -> None:
    trainer = Browser(demo_app, "S2")
    form = trainer.get(ADDRESS).form(ADDRESS)
    assert "obligatoire" in trainer.send(form, 422, part="").text
    assert "futur" in trainer.send(form, 422, part="Boîte", assessed_on="2026-11-24").text


def test_a_training_keeps_critical_points_as_they_are_typed(demo_app: Flask) -> None:
    manager = Browser(demo_app, "S1")
    form = manager.get("/trainings/LASER/edit").form("/trainings/LASER/edit")
    assert form.value("checklist").count("(critique)") == 5
    page = manager.send(form, checklist_level_1="Met les lunettes (critique)\nRange")
    assert "Met les lunettes (critique)" in page.text
    form = manager.get("/trainings/LASER/edit").form("/trainings/LASER/edit")
    assert form.value("checklist_level_1") == "Met les lunettes (critique)\nRange"
