"""What may be kept as evidence: the kind of a file is told by its content, never by its name."""

from __future__ import annotations

from enum import StrEnum

MOST_BYTES = 5 * 1024 * 1024
MOST_FILES = 5
"""For each certification."""
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 3_000
"""Pixels; larger images are made smaller, which leaves a page legible."""

PDF_BEGINS, PDF_ENDS = b"%PDF-", b"%%EOF"
TAIL = 1024


class EvidenceKind(StrEnum):
    """The content types that are kept."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"


SUFFIXES = {
    EvidenceKind.PDF: ".pdf",
    EvidenceKind.JPEG: ".jpg",
    EvidenceKind.PNG: ".png",
    EvidenceKind.WEBP: ".webp",
}


def kind_of(content: bytes) -> EvidenceKind | None:
    """What a file is by its first bytes, and a PDF by its last too; None for anything else."""
    if content.startswith(PDF_BEGINS):
        return EvidenceKind.PDF if PDF_ENDS in content[-TAIL:] else None
    if content.startswith(b"\xff\xd8\xff"):
        return EvidenceKind.JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return EvidenceKind.PNG
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return EvidenceKind.WEBP
    return None


def tidy_name(name: str, kind: EvidenceKind) -> str:
    """A name without folders and signs that mean something elsewhere, with the kind's ending."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    kept = "".join(c if c.isalnum() or c in " -_" else "_" for c in last).strip(" _")
    return (kept[:80] or "document") + SUFFIXES[kind]
