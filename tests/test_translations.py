"""The catalogs are complete: nothing missing, guessed, left over, or with other placeholders."""

from __future__ import annotations

import re
from copy import deepcopy

import pytest
from babel.messages.catalog import Catalog, Message

from booking.web.locale import LANGUAGES
from tools import catalogs

PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")


@pytest.fixture(scope="module")
def template() -> Catalog:
    return catalogs.extract()


def test_the_interface_speaks_the_languages_of_the_catalogs() -> None:
    assert set(LANGUAGES) == set(catalogs.LANGUAGES)


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_the_catalog_is_complete(language: str, template: Catalog) -> None:
    found = list(catalogs.problems(language, template))
    assert not found, "run `python3 dev.py translations`, then translate:\n" + "\n".join(found)


@pytest.mark.parametrize("language", catalogs.LANGUAGES)
def test_a_translation_uses_the_placeholders_of_its_text(language: str) -> None:
    found = [
        f"{message.id!r} -> {string!r}"
        for message in catalogs.texts_of(catalogs.read(language))
        for string in catalogs.strings_of(message)
        if string and not has_the_placeholders_of(message, string)
    ]
    assert not found, "\n" + "\n".join(found)


def test_writing_a_catalog_again_changes_nothing(template: Catalog) -> None:
    for language in catalogs.LANGUAGES:
        before = catalogs.path_of(language).read_bytes()
        assert catalogs.text_of(catalogs.updated(language, template)) == before


def test_a_text_that_is_new_or_gone_is_reported(template: Catalog) -> None:
    changed = deepcopy(template)
    gone = next(catalogs.texts_of(changed))
    changed.delete(gone.id, gone.context)
    changed.add("Un texte que personne n’a traduit")
    found = list(catalogs.problems("fr", changed))
    assert found == [
        "missing: 'Un texte que personne n’a traduit'",
        f"no longer used: {gone.id!r}",
    ]


def has_the_placeholders_of(message: Message, string: str) -> bool:
    if isinstance(message.id, str):
        return placeholders(string) == placeholders_of(message)
    return placeholders(string) <= placeholders_of(message)


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def placeholders_of(message: Message) -> set[str]:
    texts = [message.id] if isinstance(message.id, str) else message.id
    return set().union(*map(placeholders, texts))
