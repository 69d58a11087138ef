"""Files that prove what a certification rests on: adding and handing them out."""

from __future__ import annotations

from io import BytesIO

from flask import flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from booking.decisions.forms import EvidenceForm
from booking.decisions.queries import find_certification, find_file
from booking.trainings.models import Certification, EvidenceFile
from booking.trainings.refusals import Refused
from booking.trainings.rules.evidence import MOST_BYTES
from booking.trainings.service.evidence import add_evidence, read_evidence
from booking.trainings.views import certifications, do_once
from booking.trainings.wording import explain
from booking.web.access import get_acting_member, requires
from booking.web.uploads import takes_files

MOST_BYTES_SENT = MOST_BYTES + 64 * 1024
"""The largest file, and what a form puts around it; somewhat larger ones are told why."""

SANDBOX = "sandbox; default-src 'none'"


@certifications.get("/<int:number>/evidence/new")
@requires("certification.add_evidence", of=find_certification)
def new_evidence(certification: Certification) -> str:
    return _page(certification, EvidenceForm(formdata=None))


@certifications.post("/<int:number>/evidence/new")
@requires("certification.add_evidence", of=find_certification)
@takes_files(2 * MOST_BYTES_SENT)
def add_file(certification: Certification) -> Response | tuple[str, int]:
    """Keep a file; an image is drawn anew before the transaction begins."""
    form = EvidenceForm()
    if not form.validate():
        return _page(certification, form), 422
    sent = form.file.data
    sent.seek(0)  # an act that lost a race is tried again
    file = read_evidence(sent.filename or "", sent.read(MOST_BYTES + 1))
    if isinstance(file, Refused):
        form.form_errors = [explain(file)]
        return _page(certification, form), 422
    done = do_once(
        form, lambda: add_evidence(certification.id, file, get_acting_member()), _page_of
    )
    if done is None:
        return _page(certification, form), 422
    flash(_("Pièce jointe."), "success")
    return redirect(done.url, 303)


@certifications.get("/<int:number>/evidence/<int:file_id>")
@requires("certification.see", of=find_file)
def show_file(file: EvidenceFile) -> Response:
    """To be saved, never shown as a page of the site."""
    answer = send_file(
        BytesIO(file.content),
        mimetype=file.content_type,
        as_attachment=True,
        download_name=file.name,
        etag=False,
        last_modified=file.added_at,
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer


def _page(certification: Certification, form: EvidenceForm) -> str:
    return render_template(
        "certifications/new_evidence.html", certification=certification, form=form
    )


def _page_of(certification: Certification) -> str:
    return url_for("certifications.show", number=certification.id)
