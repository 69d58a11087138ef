"""An address for every page and every call of the site, found in its map."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from booking.settings import PROJECT
from booking.web.forms import FilterForm
from tests.web.all_forms import RESET_TOKEN

EXAMPLES = {
    "/areas/<code>": "/areas/BOIS",
    "/quotas/peaks/<int:number>": "/quotas/peaks/{peak}",
    "/quotas/priorities/<int:number>": "/quotas/priorities/{priority}",
    "/quotas/<int:number>": "/quotas/{quota}",
    "/machines/<code>": "/machines/M01",
    "/m/<code>": "/m/M01",
    "/members/<code>": "/members/U03",
    "/trainings/<code>": "/trainings/LASER",
    "/organisations/<code>": "/organisations/O02",
    "/hours/<kind>/<code>/<int:number>": "/hours/machine/M02/{opening}",
    "/hours/<kind>/<code>": "/hours/machine/M02",
    "/requirements/<training>": "/requirements/CNC-1",
    "/house-rules/<version>": "/house-rules/2026-1",
    "/password/reset/<token>": f"/password/reset/{RESET_TOKEN}",
    "/papers/<int:paper_id>": "/papers/3",
    "/subscriptions/<int:subscription_id>": "/subscriptions/1",
    "/outages/<int:outage_id>": "/outages/{outage}",
    "/closures/<int:closure_id>": "/closures/{closure}",
    "/messages/<int:message_id>": "/messages/{failed}",
    "/assessments/<code>/<member>": "/assessments/LASER/U25",
    "/quizzes/<code>": "/quizzes/LASER",
    "/quizzes/attempts/<int:number>": "/quizzes/attempts/{attempt}",
    "/quizzes/questions/<int:question_id>": "/quizzes/questions/1",
    "/attendance/entries/<int:entry_id>": "/attendance/entries/{line}",
    "/attendance/<code>/<int:number>/<member>": "/attendance/T-02/2/U30",
    "/attendance/<code>/<int:number>": "/attendance/T-02/2",
    "/attendance/<code>": "/attendance/T-02",
    "/sessions/<int:session_id>": "/sessions/{session}",
    "/sessions/<code>": "/sessions/T-07",
    "/enrolments/<int:number>": "/enrolments/{enrolment}",
    "/attempts/<int:number>": "/attempts/{attempt}",
    "/tokens/<int:token_id>": "/tokens/{token}",
    "/series/<int:number>": "/series/{series}",
    "/calendars/<int:feed_id>": "/calendars/{feed}",
    "/calendars/<token>": "/calendars/{calendar}",
    "/reservations/<int:number>": "/reservations/{reservation}",
    "/kiosks/<int:number>": "/kiosks/{kiosk}",
    "/controllers/<int:number>": "/controllers/{controller}",
    "/companions/<int:number>": "/companions/{companion}",
    "/waitlist/<int:number>": "/waitlist/{offered}",
    "/reservation-requests/<int:number>": "/reservation-requests/{request}",
    "/hand-overs/<int:number>": "/hand-overs/{hand_over}",
    "/training-files/<code>/trainees/<member>": "/training-files/T-02/trainees/U30",
    "/training-files/<code>": "/training-files/T-02",
    "/training-files/<int:year>": "/training-files/2026",
    "/training-activity/<int:year>": "/training-activity/2026",
    "/questionnaires/<int:number>/<kind>": "/questionnaires/{enrolment}/at_once",
    "/certifications/<int:number>/evidence/<int:file_id>": (
        "/certifications/{requested}/evidence/{file}"
    ),
    "/certifications/<int:number>": "/certifications/{approved}",
    "/verifications/<int:number>": "/verifications/{verification}",
    "/verify/<token>": "/verify/{code}",
}
"""What stands for the arguments of an address, by its beginning."""


def rules(app: Flask, method: str) -> list[Rule]:
    """The addresses that know a method, without those of files."""
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    ours = [rule for rule in found if rule.endpoint != "static"]
    return sorted(ours, key=lambda rule: (rule.rule, rule.endpoint))


def address_of(rule: Rule, places: dict[str, Any]) -> str:
    """An address of something that is there."""
    address = rule.rule
    for pattern, example in EXAMPLES.items():
        address = address.replace(pattern, example.format(**places))
    assert "<" not in address, f"give an example of {address} in tests/web/all_addresses.py"
    return address


def strange_addresses(rule: Rule) -> list[str]:
    """Addresses of nothing: every argument is one that no record has."""
    return [
        re.sub(r"<int[^>]*>", number, re.sub(r"<(?!int)[^>]*>", text, rule.rule))
        for number, text in STRANGE_ARGUMENTS
    ]


STRANGE_ARGUMENTS = (
    ("0", "Z99"),
    ("-1", "%00"),
    ("9" * 18, "%F0%9F%98%80"),
    ("9" * 30, "x" * 3000),
    ("1e3", "%ED%A0%80"),
    ("%31%00", "'%20OR%201=1--"),
)


def names_in_queries() -> set[str]:
    """Every name that the site looks for in the query of an address."""
    asked = re.compile(r"""(?:args(?:\.get)?[(\[]|request\.values\.get\()\s*"(\w+)\"""")
    sources = (PROJECT / "booking").rglob("*.py")
    named = {name for path in sources for name in asked.findall(path.read_text(encoding="utf-8"))}
    forms = {
        name
        for form in FilterForm.__subclasses__()
        for name in dir(form)
        if hasattr(getattr(form, name), "_formfield")
    }
    return named | forms
