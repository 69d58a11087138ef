"""Files that prove what a certification rests on: what is kept, and who gets it how."""

from __future__ import annotations

import base64
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from booking.database import db
from booking.trainings.models import EvidenceFile
from booking.trainings.refusals import Refused, Why
from booking.trainings.rules.evidence import MOST_BYTES, tidy_name
from booking.trainings.rules.evidence import EvidenceKind as Kind
from booking.trainings.service.evidence import read_evidence
from tests.programs import program_of
from tests.web.checking import Browser, Page
from tests.web.decisions.people import journal_of, newest

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **others: object) -> bytes:
    """A photo that says where and with what it was taken."""
    image = Image.new("RGB", size, (30, 90, 60))
    exif = Image.Exif()
    exif[0x010F] = "SECRET-CAMERA"
    exif[0x0112] = 6  # lying on its side
    drawn = BytesIO()
    image.save(drawn, kind, exif=exif, **others)
    return drawn.getvalue()


def address_of(app: Flask) -> str:
    return f"/certifications/{newest(app, 'U27', 'CNC-1').id}/evidence/new"


def attach(
    app: Flask, content: bytes, name: str = "diplome.pdf", who: str = "U27", status: int = 303
) -> Page:
    browser = Browser(app, who)
    form = browser.get(address_of(app)).form(address_of(app))
    return browser.send(form, status, file=(BytesIO(content), name))


def kept(app: Flask) -> list[EvidenceFile]:
    with app.app_context():
        files = db.session.scalars(select(EvidenceFile).order_by(EvidenceFile.id)).all()
        assert all(file.content for file in files)
        return list(files)


def test_a_diploma_is_kept_and_handed_out_to_be_saved(demo_app: Flask) -> None:
    page = attach(demo_app, PDF, "Meister (2019).pdf")
    assert "Meister _2019.pdf" in page.text
    (file,) = kept(demo_app)
    assert (file.content_type, file.content, file.size) == (Kind.PDF, PDF, len(PDF))
    link = next(link for link in page.links if link.endswith(f"/evidence/{file.id}"))
    answer = Browser(demo_app, "S2").ask(link)
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cache-Control"] == "no-store"
    entry = journal_of(demo_app, newest(demo_app, "U27", "CNC-1"))[-1]
    assert entry.act == "certification.evidence_added"
    assert entry.after["sha256"] == file.sha256


@pytest.mark.parametrize("who", ["U02", "U10", "S4", "S5", "S7"])
def test_nobody_else_sees_it(demo_app: Flask, who: str) -> None:
    attach(demo_app, PDF)
    number = newest(demo_app, "U27", "CNC-1").id
    address = f"/certifications/{number}/evidence/{kept(demo_app)[0].id}"
    assert Browser(demo_app, who).ask(address).status_code == 404
    other = newest(demo_app, "U24", "ACC").id
    strange = f"/certifications/{other}/evidence/{kept(demo_app)[0].id}"
    assert Browser(demo_app, "S1").ask(strange).status_code == 404


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_images_are_drawn_anew_upright_and_say_nothing_else(demo_app: Flask, kind: str) -> None:
    attach(demo_app, picture(kind) + b"<script>hidden</script>", f"photo.{kind.lower()}")
    (file,) = kept(demo_app)
    assert b"SECRET-CAMERA" not in file.content
    assert b"hidden" not in file.content
    with Image.open(BytesIO(file.content)) as image:
        assert (image.format, image.size) == (kind, (40, 60))
        assert not image.getexif()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "ni un PDF ni une image"),
        (b"<html>%PDF-1.7 %%EOF", "ni un PDF ni une image"),
        (b"%PDF-1.7 cut short", "ni un PDF ni une image"),
        (picture()[:200], "ni un PDF ni une image"),
        (b"GIF89a" + bytes(40), "ni un PDF ni une image"),
    ],
    ids=["svg", "page", "half a PDF", "half a photo", "gif"],
)
def test_anything_else_is_refused_whatever_its_name(
    demo_app: Flask, content: bytes, told: str
) -> None:
    assert told in attach(demo_app, content, "diplome.pdf", status=422).text
    assert kept(demo_app) == []


@pytest.mark.sqlite_only
def test_five_megabytes_are_the_most() -> None:
    most = PDF.ljust(MOST_BYTES - 5) + b"%%EOF"
    assert isinstance(read_evidence("brief.pdf", most), EvidenceFile)
    assert read_evidence("brief.pdf", most + b"\n") == Refused(Why.FILE_TOO_LARGE)


def test_a_small_file_that_unfolds_to_a_huge_image_is_refused(demo_app: Flask) -> None:
    bomb = BytesIO()
    Image.new("1", (9_000, 9_000)).save(bomb, "PNG")
    assert "Le fichier est trop grand" in attach(demo_app, bomb.getvalue(), status=422).text


def test_other_forms_take_no_more_than_before(demo_app: Flask) -> None:
    browser = Browser(demo_app, "U27")
    assert browser.post("/trainings/LASER/request", {"x": "y" * 600_000}).status_code == 413


def test_five_are_the_most(demo_app: Flask) -> None:
    for number in range(5):
        attach(demo_app, PDF, f"{number}.pdf")
    assert "Cinq pièces" in attach(demo_app, PDF, status=422).text
    assert len(kept(demo_app)) == 5


def test_the_manager_finds_it_with_the_request(demo_app: Flask) -> None:
    attach(demo_app, PDF, "brief.pdf")
    assert "brief.pdf" in Browser(demo_app, "S1").get("/decisions").text


def test_a_program_may_add_and_read_it(demo_app: Flask) -> None:
    trainee, manager = program_of(demo_app, "U27"), program_of(demo_app, "S1")
    number = newest(demo_app, "U27", "CNC-1").id
    sent = {"name": "brief.pdf", "content": base64.b64encode(PDF).decode()}
    answer = trainee.post(f"/certifications/{number}/evidence", sent)
    assert answer.status_code == 201, answer.text
    (file,) = manager.get(f"/certifications/{number}").json["files"]  # type: ignore[index]
    read = manager.get(f"/certifications/{number}/evidence/{file['id']}").json
    assert base64.b64decode(read["content"]) == PDF  # type: ignore[index]
    bad = sent | {"content": base64.b64encode(b"GIF89a").decode()}
    assert trainee.post(f"/certifications/{number}/evidence", bad).status_code == 422
    stranger = program_of(demo_app, "U10").post(f"/certifications/{number}/evidence", sent)
    assert stranger.status_code == 404


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Diplôme été.PDF", "Diplôme été.pdf"),
        ('a"b\r\nX: y.html', "a_b__X_ y.pdf"),
        ("...", "document.pdf"),
        ("", "document.pdf"),
    ],
)
def test_a_name_leads_nowhere(name: str, tidy: str) -> None:
    assert tidy_name(name, Kind.PDF) == tidy
