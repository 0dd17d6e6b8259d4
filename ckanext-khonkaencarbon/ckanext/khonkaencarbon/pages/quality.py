"""The quality of a dataset as its page, its card and the filters tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ckanext.khonkaencarbon.catalogue.quality import Advice, Part, Quality, rules, told
from ckanext.khonkaencarbon.portal.language import moment, text
from ckanext.khonkaencarbon.portal.quality import judged


class Level(NamedTuple):
    """A level and its name in the language of the page."""

    level: str
    name: str


@dataclass(frozen=True)
class Row:
    """One part: what it is, its share of the whole, its score or None, and what to do for more."""

    name: str
    explained: str
    weight: int
    score: int | None
    advice: Sequence[str]


@dataclass(frozen=True)
class Shown:
    """What the page of a dataset says."""

    level: Level
    score: int
    rows: Sequence[Row]


def for_dataset(dataset: Mapping[str, Any]) -> Shown:
    """The quality of a dataset as package_show gives it."""
    found = judged(dataset)
    return Shown(short(found), found.score, [_row(part) for part in found.parts])


def short(found: Quality) -> Level:
    """The level alone, for a card."""
    return Level(found.level, text(rules()["levels_named"][found.level]))


def level_name(level: str) -> str:
    """A level as a filter reads: A very good."""
    return f"{level} {text(rules()['levels_named'].get(level))}".strip()


def _row(part: Part) -> Row:
    return Row(
        text(rules()["names"][part.name]),
        text(rules()["explained"][part.name]),
        rules()["weights"][part.name],
        part.score,
        [text(told(_readable(one))) for one in part.advice],
    )


def _readable(advice: Advice) -> Advice:
    """Days are written as the page writes them."""
    return advice._replace(about=moment(advice.about)) if advice.code == "update" else advice
