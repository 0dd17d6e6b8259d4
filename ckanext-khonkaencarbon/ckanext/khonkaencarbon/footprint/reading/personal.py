"""What looks like personal data in a cell. Such values are named by place, never repeated."""

from __future__ import annotations

import re

from ckanext.khonkaencarbon.footprint.reading.text import ascii_digits

_ALONE = r"(?<![\d.,])", r"(?![\d.,]?\d)"
_ID = re.compile(rf"{_ALONE[0]}\d[ -]?\d{{4}}[ -]?\d{{5}}[ -]?\d{{2}}[ -]?\d{_ALONE[1]}")
_PHONE = re.compile(
    rf"{_ALONE[0]}(?:0|\+66[ -]?)"
    rf"(?:[689]\d[ -]?\d{{3}}[ -]?\d{{4}}|[2-57]\d?[ -]?\d{{3}}[ -]?\d{{3,4}}){_ALONE[1]}"
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# Cheap first look at a whole row: a mail sign, or nine digits with at most single separators between them.
_SUSPECT = re.compile(r"@|(?:\d[ -]?){9}")


def suspicious(row: str) -> bool:
    """Whether the text of a row is worth a closer look, cell by cell."""
    return _SUSPECT.search(row) is not None


def kind_of_personal_data(cell: str) -> str | None:
    """The finding code for a cell: ``personal-id``, ``personal-phone``, ``personal-mail`` or None.

    An identity number has 13 digits and a check digit modulo 11 (Department of Provincial Administration).
    Juristic registration numbers are built alike and cannot be told apart, so a person looks at them too.
    """
    text = ascii_digits(cell)
    if any(_has_check_digit(match.group()) for match in _ID.finditer(text)):
        return "personal-id"
    if _MAIL.search(text):
        return "personal-mail"
    return "personal-phone" if _PHONE.search(text) else None


def masked(text: str) -> str:
    """The text with everything that looks like personal data replaced by dots."""
    if not suspicious(text):
        return text
    digits = ascii_digits(text)
    for pattern in (_MAIL, _ID, _PHONE):
        digits = pattern.sub("•••", digits)
    return digits


def _has_check_digit(candidate: str) -> bool:
    digits = [int(character) for character in candidate if character.isdigit()]
    weighted = sum(digit * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    return (11 - weighted % 11) % 10 == digits[12]
