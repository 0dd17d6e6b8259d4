"""The words of an activity table: activities, units, consumers, headings. All of it is data in config/."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import yaml

from ckanext.khonkaencarbon.footprint import gpc
from ckanext.khonkaencarbon.footprint.factors import gwp
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.reading.text import fold
from ckanext.khonkaencarbon.footprint.terms import Activity, AmbiguousWord, Parameter, Unit

__all__ = ["Activity", "AmbiguousWord", "Parameter", "Unit", "Vocabulary", "load_vocabulary", "nearest"]

Meaning = TypeVar("Meaning")


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """Everything the reader knows. The ``*_words`` maps are keyed by folded text."""

    activities: Mapping[str, Activity]
    activity_words: Mapping[str, Activity | AmbiguousWord]
    units: Mapping[str, Unit]
    unit_words: Mapping[str, Unit]
    units_without_size: frozenset[str]
    consumers: Mapping[str, Text]
    consumer_words: Mapping[str, str]
    quality_words: Mapping[str, str]
    total_words: tuple[str, ...]
    missing_words: frozenset[str]
    month_words: Mapping[str, int]
    heading_roles: Mapping[str, str]
    role_labels: Mapping[str, Text]

    def parameter_names(self) -> frozenset[str]:
        """Every parameter that some activity declares."""
        return frozenset(name for activity in self.activities.values() for name in activity.parameters)


def nearest(word: str, known: Mapping[str, Text]) -> Text:
    """What the known words most like ``word`` stand for, joined for a sentence; a dash if none is near.

    Args:
        word: as written in a cell.
        known: folded word -> what to call its meaning.
    """
    near = dict.fromkeys(known[like] for like in get_close_matches(fold(word)[:60], list(known), 5, 0.5))
    named = list(near)[:3]
    return Text(", ".join(name.th for name in named) or "–", ", ".join(name.en for name in named) or "–")


@cache
def load_vocabulary() -> Vocabulary:
    """The vocabulary of config/activities/*.yaml, units.yaml, words.yaml and headings.yaml.

    Raises:
        ValueError: a word has two meanings.
    """
    words, units = _yaml("words.yaml"), _yaml("units.yaml")
    sectors = [_yaml(f"activities/{name}") for name in _sector_files()]
    consumers = ("", *words["consumers"])
    activities = {
        code: _activity(code, entry, consumers) for s in sectors for code, entry in s["activities"].items()
    }
    unit_table = {name: _unit(name, entry) for name, entry in units["units"].items()}
    return Vocabulary(
        activities=activities,
        activity_words=_activity_words(activities, [a for s in sectors for a in s.get("ambiguous", [])]),
        units=unit_table,
        unit_words=_words((unit_table[name], _names(name, entry)) for name, entry in units["units"].items()),
        units_without_size=frozenset(map(fold, units["without_size"])),
        consumers={code: Text(**entry["label"]) for code, entry in words["consumers"].items()},
        consumer_words=_words((code, _names(code, entry)) for code, entry in words["consumers"].items()),
        quality_words=_words((code, [code, *aliases]) for code, aliases in words["quality"].items()),
        total_words=tuple(map(fold, words["total_words"])),
        missing_words=frozenset(map(fold, words["missing_words"])),
        month_words=_words(words["months"].items()),
        heading_roles=_words(_yaml("headings.yaml").items()),
        role_labels={role: Text(**label) for role, label in words["roles"].items()},
    )


def _yaml(name: str) -> dict[str, Any]:
    text = (files("ckanext.khonkaencarbon.config") / name).read_text("utf-8")
    # The loader in C does the same in a tenth of the time; not every build of PyYAML has it.
    loaded: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return loaded


def _sector_files() -> list[str]:
    folder = files("ckanext.khonkaencarbon.config") / "activities"
    return sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yaml"))


def _activity(code: str, entry: dict[str, Any], consumers: Iterable[str]) -> Activity:
    places = entry["gpc"]
    return Activity(
        code=code,
        label=Text(**entry["label"]),
        aliases=tuple(entry["aliases"]),
        base_units=entry["units"],
        method=entry["method"],
        parameters={name: _parameter(name, p) for name, p in entry.get("parameters", {}).items()},
        gpc=places if isinstance(places, dict) else dict.fromkeys(consumers, places),
        allows_negative=entry.get("allows_negative", False),
        default_consumer=entry.get("default_consumer", ""),
        factors_of=entry.get("factors_of", ""),
        fixed=entry.get("fixed", {}),
        needs_evidence=entry.get("needs_evidence", False),
    )


def _parameter(name: str, entry: dict[str, Any]) -> Parameter:
    bounds = {key: Decimal(entry[key]) for key in ("minimum", "maximum", "below", "above") if key in entry}
    return Parameter(name, Text(**entry["label"]), _choices(entry.get("choices", ())), **bounds)


def _choices(given: str | list[str]) -> tuple[str, ...]:
    """Choices as listed, or all of a table of ours: ``references`` of the GPC, ``gases``."""
    tables: Mapping[str, Callable[[], Iterable[str]]] = {
        "references": gpc.references,
        "gases": gwp.known_gases,
    }
    return tuple(sorted(tables[given]())) if isinstance(given, str) else tuple(given)


def _unit(name: str, entry: dict[str, Any]) -> Unit:
    also = {dimension: Decimal(size) for dimension, size in entry.get("also", {}).items()}
    return Unit(name, Text(**entry["label"]), entry["dimension"], Decimal(entry["to_base"]), also)


def _activity_words(
    activities: Mapping[str, Activity], ambiguous: list[dict[str, Any]]
) -> dict[str, Activity | AmbiguousWord]:
    plain = _words((a, [a.code, a.label.th, a.label.en, *a.aliases]) for a in activities.values())
    doubtful = _words((AmbiguousWord(entry["by_consumer"]), entry["words"]) for entry in ambiguous)
    twice = plain.keys() & doubtful.keys()
    if twice:
        raise ValueError(f"both plain and ambiguous: {sorted(twice)}")
    return {**plain, **doubtful}


def _names(code: str, entry: dict[str, Any]) -> list[str]:
    return [code, entry["label"]["th"], entry["label"]["en"], *entry["aliases"]]


def _words(entries: Iterable[tuple[Meaning, Iterable[str]]]) -> dict[str, Meaning]:
    """Folded word -> meaning."""
    table: dict[str, Meaning] = {}
    for meaning, words in entries:
        for word in map(fold, words):
            if table.setdefault(word, meaning) != meaning:
                raise ValueError(f"“{word}” has two meanings")
    return table
