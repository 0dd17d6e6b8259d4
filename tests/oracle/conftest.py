"""The two sides of a comparison: our methods on a task, and the equations of bonsai_ipcc."""

import importlib
import sys
from datetime import date
from decimal import Decimal
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec
from pathlib import Path

import pytest

from ckanext.khonkaencarbon.footprint.cube.parts import Part, Span
from ckanext.khonkaencarbon.footprint.factors.edition import load_edition
from ckanext.khonkaencarbon.footprint.factors.rows import Parameter
from ckanext.khonkaencarbon.footprint.factors.selection import Choice, Selector, Subject
from ckanext.khonkaencarbon.footprint.methods.method import Task
from ckanext.khonkaencarbon.footprint.methods.registry import METHODS
from ckanext.khonkaencarbon.footprint.model import Cell, CellKey
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

_SELECTORS = {name: Selector([load_edition(name)]) for name in ("ipcc-2006", "ipcc-2019")}


@pytest.fixture(scope="session")
def bonsai():
    """``bonsai("waste.swd")``: that module of equations, without the half minute of loading its package."""

    def elementary(name):
        root = PathFinder.find_spec("bonsai_ipcc").submodule_search_locations[0]
        for package in ("bonsai_ipcc", *_parents("waste"), *_parents("agriculture")):
            _hollow(package, Path(root).joinpath(*package.split(".")[1:]))
        return importlib.import_module(f"bonsai_ipcc.{name}.elementary")

    return elementary


def _parents(sector):
    parts = {
        "waste": ("swd", "incineration", "biological", "wastewater", "waste_generation"),
        "agriculture": ("livestock_manure", "soils", "generic"),
    }
    return [f"bonsai_ipcc.{sector}", *(f"bonsai_ipcc.{sector}.{part}" for part in parts[sector])]


def _hollow(package, folder):
    """A package of which only the modules below it exist."""
    if package not in sys.modules:
        spec = ModuleSpec(package, None, is_package=True)
        spec.submodule_search_locations = [str(folder)]
        sys.modules[package] = module_from_spec(spec)


@pytest.fixture(scope="session")
def masses():
    """Gas masses of one cell: {(gas, biogenic, first day): kilograms}.

    ``rows`` are {(name, category): value} instead of what the edition publishes.
    """

    def compute(
        activity, quantity, unit="kg", *, edition="ipcc-2006", year=2021, last_year=0, rows=None, **given
    ):
        method = METHODS[load_vocabulary().activities[activity].method]
        key = CellKey(date(year, 1, 1), date(year, 12, 31), activity, "", unit, "", "", "", "", "")
        cell = Cell(key, Decimal(quantity), 1)
        if rows is None:
            ((part, choice),) = _SELECTORS[edition].select(
                cell, Subject(cell.key.activity, method.table, cell.key.unit)
            )
        else:
            part = Part(cell, Span(key.period_start, key.period_end), cell.quantity)
            choice = Choice(
                load_edition(edition), (), tuple(_row(*subject, value) for subject, value in rows.items())
            )
        parameters = {name: str(value) for name, value in given.items()}
        found = method.masses(Task(part, choice, parameters, max(year, last_year)))
        return {
            (one.gas, one.biogenic, (one.span or part.span).start.year): float(one.mass_kg) for one in found
        }

    return compute


def _row(name, category, value):
    row_id = f"{name}-{category}"
    return Parameter(
        row_id, "test", "test", name, category, Decimal(value), "-", None, None, "world", None, "test"
    )
