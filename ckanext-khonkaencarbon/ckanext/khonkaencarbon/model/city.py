"""The city's inventory as sums, and the changes that are not in them yet.

``row`` and ``part`` hold what each dataset contributes, ``sum`` and ``declared`` what these add up to,
``year`` what is published of a year. All of it can be made again from the ledger; nothing else writes it.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import sqlalchemy as sa

PREFIX = "khonkaencarbon_city_"
_TEXT, _NUMBER, _COUNT = sa.UnicodeText, sa.Numeric, sa.Integer


def _table(name: str, *columns: sa.Column, index: tuple[tuple[str, ...], ...] = ()) -> sa.Table:
    made = [sa.Index(f"{PREFIX}{name}_{number}", *names) for number, names in enumerate(index)]
    return sa.Table(PREFIX + name, tk.BaseModel.metadata, *columns, *made)


def _columns(kind: type, *names: str) -> list[sa.Column]:
    return [sa.Column(name, kind) for name in names]


def _key() -> list[sa.Column]:
    return [sa.Column("year", _COUNT), *_columns(_TEXT, "gpc_ref", "activity")]


def _what() -> list[sa.Column]:
    names = "quality", "uncertainty_pct", "factor_ids", "factor_pct"
    return [*_columns(_TEXT, "place", "gas"), sa.Column("biogenic", sa.Boolean), *_columns(_TEXT, *names)]


_SUMS = ("mass_kg", "magnitude", "square", "mixed")

# A dataset that was changed, empty for what is around the datasets. Written by triggers.
PENDING = _table(
    "pending",
    sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
    sa.Column("dataset_id", _TEXT),
)
# One row: which instant the tables are of, and what they were made with.
STATE = _table(
    "state",
    sa.Column("id", _COUNT, primary_key=True, autoincrement=False),
    sa.Column("epoch", _TEXT),  # of the last rebuild
    sa.Column("number", sa.BigInteger),  # grows with every change that shows
    sa.Column("as_of", sa.DateTime(timezone=True)),
    *_columns(_TEXT, "rules", "basis", "around", "city", "tables", "years", "years_outside"),
)
MEMBER = _table(
    "member",
    sa.Column("dataset_id", _TEXT, primary_key=True),
    *_columns(_TEXT, "organisation", "organisation_type", "level"),
    sa.Column("version", _COUNT),
    sa.Column("incomplete", sa.Boolean),
    *_columns(_TEXT, "gwp", "electricity", "shown"),  # shown: hash of what pages say of it
    index=(("organisation",),),
)
# Sums of the lines of a dataset: what is chosen from. The owner is empty for city-level sources.
ROW = _table(
    "row",
    *_columns(_TEXT, "dataset_id", "owner"),
    *_key(),
    *_columns(sa.Date, "period_start", "period_end"),
    sa.Column("organisation", _TEXT),
    *_what(),
    sa.Column("mass_kg", _NUMBER),
    index=(("dataset_id",), ("year", "gpc_ref", "activity", "owner")),
)
# What was chosen, without its days.
PART = _table(
    "part",
    *_columns(_TEXT, "dataset_id", "owner"),
    *_key(),
    *_columns(_TEXT, "role", "organisation", "organisation_type"),
    *_what(),
    *_columns(_NUMBER, *_SUMS),
    index=(("year", "gpc_ref", "activity", "owner"), ("organisation",)),
)
NOTE = _table(
    "note",
    sa.Column("owner", _TEXT),
    *_key(),
    sa.Column("position", _COUNT),
    *_columns(_TEXT, "what", "dataset_ids", "days", "co2e_kg"),
    index=(("year", "gpc_ref", "activity", "owner"),),
)
# The days of which city-level sources speak.
COVER = _table(
    "cover",
    sa.Column("year", _COUNT, primary_key=True, autoincrement=False),
    sa.Column("gpc_ref", _TEXT, primary_key=True),
    sa.Column("activity", _TEXT, primary_key=True),
    sa.Column("days", _TEXT),
    sa.Column("whole", sa.Boolean),
)
# Parts of all datasets and organisations together.
SUM = _table(
    "sum",
    sa.Column("key", _TEXT, primary_key=True),
    *_key(),
    sa.Column("role", _TEXT),
    *_what(),
    sa.Column("parts", _COUNT),
    *_columns(_NUMBER, *_SUMS),
    index=(("year",),),
)
# What organisations, and types of organisations, published of a total.
DECLARED = _table(
    "declared",
    sa.Column("year", _COUNT, primary_key=True, autoincrement=False),
    *(sa.Column(name, _TEXT, primary_key=True) for name in ("framework", "kind", "name")),
    sa.Column("parts", _COUNT),
    sa.Column("co2e_kg", _NUMBER),
    index=(("year", "framework", "kind", "co2e_kg"),),
)
YEAR = _table(
    "year",
    sa.Column("year", _COUNT, primary_key=True, autoincrement=False),
    *_columns(_TEXT, "totals", "cells"),
)
TABLES = (PENDING, STATE, MEMBER, ROW, PART, NOTE, COVER, SUM, DECLARED, YEAR)
