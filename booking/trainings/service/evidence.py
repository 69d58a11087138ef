"""Keeping files that prove what a certification rests on."""

from __future__ import annotations

import hashlib
import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from booking import clock, permissions
from booking.database import db
from booking.journal import service as journal
from booking.members.models import Member
from booking.trainings.models import OPEN_STATES, Certification, EvidenceFile
from booking.trainings.refusals import Refused, Why
from booking.trainings.rules.evidence import (
    LONGEST_SIDE,
    MOST_BYTES,
    MOST_FILES,
    MOST_PIXELS,
    EvidenceKind,
    kind_of,
    tidy_name,
)
from booking.trainings.service.certifying import hold

FORMATS = {EvidenceKind.JPEG: "JPEG", EvidenceKind.PNG: "PNG", EvidenceKind.WEBP: "WEBP"}


def read_evidence(name: str, content: bytes) -> EvidenceFile | Refused:
    """The file as it would be kept, not stored; drawing images anew takes no transaction."""
    if len(content) > MOST_BYTES:
        return Refused(Why.FILE_TOO_LARGE)
    kind = kind_of(content)
    if kind is None:
        return Refused(Why.FILE_NOT_OF_A_KIND)
    if kind is not EvidenceKind.PDF:
        drawn = _drawn_anew(content, kind)
        if isinstance(drawn, Refused):
            return drawn
        content = drawn
    return EvidenceFile(
        name=tidy_name(name, kind),
        content_type=kind.value,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def _drawn_anew(content: bytes, kind: EvidenceKind) -> bytes | Refused:
    """The picture alone: no place, no camera, nothing hidden behind its end."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=[FORMATS[kind]]) as image:
                if image.width * image.height > MOST_PIXELS:
                    return Refused(Why.FILE_TOO_LARGE)
                upright = ImageOps.exif_transpose(image).convert("RGB")
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return Refused(Why.FILE_TOO_LARGE)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        return Refused(Why.FILE_NOT_OF_A_KIND)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    plain = Image.new("RGB", upright.size)
    plain.paste(upright)
    drawn = BytesIO()
    plain.save(drawn, FORMATS[kind])
    if drawn.tell() > MOST_BYTES:
        return Refused(Why.FILE_TOO_LARGE)
    return drawn.getvalue()


def add_evidence(
    certification_id: int, file: EvidenceFile, actor: Member
) -> Certification | Refused:
    """Keep a file with a certification; the trainee may as long as nothing is decided."""
    certification = hold(certification_id)
    if not permissions.may(actor, "certification.add_evidence", certification):
        return Refused(Why.NOT_PERMITTED)
    if certification.member_id == actor.id and certification.state not in OPEN_STATES:
        return Refused(Why.NOT_IN_THIS_STATE)
    if len(certification.files) >= MOST_FILES:
        return Refused(Why.TOO_MANY_FILES)
    file.certification_id = certification.id
    file.added_at = clock.now()
    file.added_by_id = actor.id
    db.session.add(file)
    db.session.flush()
    db.session.refresh(certification, ["files"])
    journal.record(
        "certification.evidence_added",
        "certification",
        certification.id,
        actor_id=actor.id,
        after={"file": file.name, "size": file.size, "sha256": file.sha256},
    )
    return certification
