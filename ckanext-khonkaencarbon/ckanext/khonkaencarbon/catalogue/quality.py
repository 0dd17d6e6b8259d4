"""How good a dataset is for those who use it: five parts of 0 to 100, one score, one level.

Pure: a dataset comes as CKAN shows it, with the day and what our runs found. Lists, weights and words are in
config/quality.yaml, the reasons in docs/decisions/0008-quality-in-five-parts.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from ckanext.khonkaencarbon.catalogue import timeliness
from ckanext.khonkaencarbon.catalogue.places import read

WHOLE = 100
COMPUTED = "activity-data"  # the type of dataset whose rows our runs judge

Dataset = Mapping[str, Any]
Resource = Mapping[str, Any]


class Rows(NamedTuple):
    """Rows of the inputs of a published version, and how many of them were used."""

    read: int
    used: int


class Advice(NamedTuple):
    """Something to do for more: a key of config/quality.yaml, and the words that its text takes in."""

    code: str
    about: str = ""


@dataclass(frozen=True)
class Part:
    """One part of the score; ``score`` is None where it cannot be judged."""

    name: str
    score: int | None
    advice: Sequence[Advice] = field(default=())


@dataclass(frozen=True)
class Quality:
    """The five parts, their weighted mean of 0 to 100 and its level, A to E."""

    parts: Sequence[Part]
    score: int
    level: str


@cache
def rules() -> Mapping[str, Any]:
    """config/quality.yaml as it stands."""
    loaded: Mapping[str, Any] = read("quality.yaml")
    return loaded


def quality(dataset: Dataset, today: date, rows: Rows | None = None) -> Quality:
    """The quality of a dataset on a day.

    Args:
        dataset: as package_show gives it; what is missing counts as not said.
        today: the day by which new data are due or late.
        rows: of the published version, if there is one.
    """
    parts = (
        _completeness(dataset),
        _timeliness(dataset, today),
        _accessibility(dataset),
        _machine_readability(dataset),
        _validity(dataset, rows),
    )
    weights = rules()["weights"]
    judged = [(weights[part.name], part.score) for part in parts if part.score is not None]
    mean = Fraction(sum(weight * score for weight, score in judged), sum(weight for weight, _ in judged))
    return Quality(parts, round(mean), level(round(mean)))


def level(score: int) -> str:
    """The level of a score: the first, from the best, that asks for no more."""
    return next(str(name) for name, least in rules()["levels"].items() if score >= least)


def told(advice: Advice) -> Mapping[str, str]:
    """What an advice says, by language."""
    texts: Mapping[str, str] = rules()["advice"][advice.code]
    return {language: text.format(about=advice.about) for language, text in texts.items()}


def changes_on(dataset: Dataset, today: date, rows: Rows | None = None) -> date | None:
    """The first day after today on which the level is another one, if nothing else happens."""
    present = quality(dataset, today, rows).level
    days = (day for day in _turning_points(dataset, today) if day > today)
    return next((day for day in days if quality(dataset, day, rows).level != present), None)


def files(dataset: Dataset) -> list[Resource]:
    """What a dataset offers of its own; of one that has nothing of its own, what the portal computed."""
    resources = list(dataset.get("resources") or ())
    return [one for one in resources if one.get("carbon_role") != "derived"] or resources


def _completeness(dataset: Dataset) -> Part:
    wanted = [name for name in rules()["fields"] if name != "spatial" or not _is_nowhere(dataset)]
    empty = [name for name in wanted if not _says_something(dataset, name)]
    score = WHOLE * (len(wanted) - len(empty)) // len(wanted)
    return Part("completeness", score, [Advice(name) for name in empty])


def _says_something(dataset: Dataset, name: str) -> bool:
    if name == "years":
        return bool(dataset.get("first_year_of_data") or dataset.get("last_year_of_data"))
    if name.endswith("_en"):
        translated = dataset.get(f"{name.removesuffix('_en')}_translated")
        return bool(isinstance(translated, Mapping) and str(translated.get("en") or "").strip())
    if name == "spatial":
        return bool(dataset.get("spatial") or dataset.get("west_bound_longitude"))
    value = dataset.get(name)
    said = [value] if isinstance(value, str) else list(value or ())
    return any(str(one).strip() and one not in rules()["says_nothing"] for one in said)


def _is_nowhere(dataset: Dataset) -> bool:
    return dataset.get("geo_coverage") in rules()["nowhere"]


def _timeliness(dataset: Dataset, today: date) -> Part:
    unit, scores = dataset.get("update_frequency_unit"), rules()["timeliness"]
    if unit in rules()["own_words"]:
        return Part("timeliness", None)
    if unit in rules()["complete_as_it_is"]:
        return Part("timeliness", scores["in_time"])
    due = _due(dataset, today)
    if due is None:
        return Part("timeliness", 0, [Advice("frequency")])
    if today <= due.on:
        return Part("timeliness", scores["in_time"])
    how = "late" if today <= due.at_the_latest else "very_late"
    return Part("timeliness", scores[how], [Advice("update", due.on.isoformat())])


def _due(dataset: Dataset, today: date) -> timeliness.Due | None:
    days = rules()["due_after"].get(dataset.get("update_frequency_unit"))
    return timeliness.due(dataset, files(dataset), days, today) if days else None


def _turning_points(dataset: Dataset, today: date) -> list[date]:
    return [day + timedelta(days=1) for day in _due(dataset, today) or ()]


def _accessibility(dataset: Dataset) -> Part:
    offered = files(dataset)
    met = {
        "file": bool(offered),
        "kept_here": any(one.get("url_type") for one in offered),
        "open_licence": bool(dataset.get("isopen")),
    }
    points = rules()["accessibility"]
    score = sum(points[name] for name, is_met in met.items() if is_met)
    return Part("accessibility", score, [Advice(name) for name, is_met in met.items() if not is_met])


def _machine_readability(dataset: Dataset) -> Part:
    kinds, scores = rules()["machine_readability"], rules()["machine_readability"]["scores"]
    formats = [str(one.get("format") or "?").upper() for one in files(dataset)]
    if not formats:
        return Part("machine_readability", 0, [Advice("file")])
    best = next((kind for kind in ("open", "vendor") if set(formats) & set(kinds[kind])), "other")
    advice = [] if best == "open" else [Advice("open_format", ", ".join(sorted(set(formats))))]
    return Part("machine_readability", scores[best], advice)


def _validity(dataset: Dataset, rows: Rows | None) -> Part:
    inputs = [one for one in files(dataset) if one.get("carbon_role") == "input"]
    if dataset.get("type") != COMPUTED or not inputs:
        return Part("validity", None)
    if rows is None or not rows.read:
        return Part("validity", 0, [Advice("not_computed")])
    refused = rows.read - rows.used
    return Part(
        "validity",
        WHOLE * rows.used // rows.read,
        [Advice("refused_rows", str(refused))] if refused else [],
    )
