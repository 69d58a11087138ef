"""The catalogs: `python -m tools.catalogs update | compile | check`.

French is the language of the source, so its catalog is filled from the texts themselves; it
exists because French counts zero as singular, which the source alone cannot say.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PROJECT = Path(__file__).resolve().parent.parent
TRANSLATIONS = PROJECT / "booking" / "translations"
SOURCE_LANGUAGE = "fr"
LANGUAGES = ("fr", "en", "de")
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "_n": (1, 2),
    "_ln": (1, 2),
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
}


def extract(project: Path = PROJECT) -> Catalog:
    """Every text of the code and the templates that the interface shows."""
    with (project / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file, "babel.cfg")  # type: ignore[no-untyped-call]
    catalog = Catalog(project="Établi", charset="utf-8")
    for root in ("booking", "templates"):
        found = extract_from_dir(
            project / root,
            method_map=[(pattern.removeprefix(f"{root}/"), how) for pattern, how in methods],
            options_map={key.removeprefix(f"{root}/"): value for key, value in options.items()},
            keywords=KEYWORDS,
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        )
        for _path, _line, text, comments, context in found:
            catalog.add(text, auto_comments=comments, context=context)
    return catalog


def path_of(language: str, translations: Path = TRANSLATIONS) -> Path:
    return translations / language / "LC_MESSAGES" / "messages.po"


def read(language: str, translations: Path = TRANSLATIONS) -> Catalog:
    """The catalog of `language`, empty when there is none yet."""
    path = path_of(language, translations)
    if not path.exists():
        return Catalog(locale=language, project="Établi", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(translations: Path = TRANSLATIONS) -> None:
    """Bring every catalog up to date with the source."""
    template = extract()
    for language in LANGUAGES:
        path = path_of(language, translations)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text_of(updated(language, template, translations)))


def updated(language: str, template: Catalog, translations: Path = TRANSLATIONS) -> Catalog:
    """The catalog with exactly the texts of `template`; never guesses a translation."""
    catalog = read(language, translations)
    catalog.update(deepcopy(template), no_fuzzy_matching=True)  # it takes the texts over as its own
    catalog.obsolete.clear()
    catalog.fuzzy = False
    if language == SOURCE_LANGUAGE:
        fill_from_source(catalog)
    return catalog


def fill_from_source(catalog: Catalog) -> None:
    for message in texts_of(catalog):
        message.string = message.id


def text_of(catalog: Catalog) -> bytes:
    """The catalog as a file: sorted, and without lines that change when nothing else does."""
    still = datetime(2026, 11, 23, tzinfo=UTC)
    catalog.creation_date = catalog.revision_date = still
    catalog.header_comment = "# Établi, texts of the interface."
    catalog.version = "0"
    catalog.msgid_bugs_address = ""
    catalog.last_translator = catalog.language_team = "Établi contributors"
    buffer = BytesIO()
    write_po(buffer, catalog, width=100, no_location=True, sort_output=True, ignore_obsolete=True)
    return buffer.getvalue()


def compile_all(translations: Path = TRANSLATIONS) -> None:
    """Write the compiled form that the application reads beside each catalog."""
    for language in LANGUAGES:
        with path_of(language, translations).with_suffix(".mo").open("wb") as file:
            write_mo(file, read(language, translations))


def problems(language: str, template: Catalog) -> Iterator[str]:
    """What keeps the catalog of `language` from being complete and right, a line each."""
    if not path_of(language).exists():
        yield "there is no catalog"
        return
    catalog = read(language)
    for wanted in texts_of(template):
        message = catalog.get(wanted.id, wanted.context)
        if message is None or not all(strings_of(message)):
            yield f"missing: {wanted.id!r}"
        elif message.fuzzy:
            yield f"fuzzy: {wanted.id!r}"
        else:
            yield from (f"{error}: {wanted.id!r}" for error in message.check(catalog))
    for message in texts_of(catalog):
        if template.get(message.id, message.context) is None:
            yield f"no longer used: {message.id!r}"
    yield from (f"obsolete: {message.id!r}" for message in catalog.obsolete.values())


def texts_of(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def strings_of(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def check() -> int:
    """Print every problem of every catalog; returns their number."""
    template = extract()
    count = 0
    for language in LANGUAGES:
        for problem in problems(language, template):
            print(f"{language}: {problem}")
            count += 1
    return count


def main(word: str) -> int:
    match word:
        case "update":
            update()
            compile_all()
            return int(check() > 0)
        case "compile":
            compile_all()
            return 0
        case "check":
            return int(check() > 0)
        case _:
            print(__doc__, file=sys.stderr)
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) == 2 else ""))
