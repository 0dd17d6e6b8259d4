"""The footprint panel of a dataset: state of the run, totals, findings with remedies, factors, downloads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.khonkaencarbon.pages import choices, methods
from ckanext.khonkaencarbon.portal import address, language, versions

WAITING = ("owed", "running")
SHOWN = 50  # findings on the page; the file has them all
FILES = ("summary.csv", "summary.json", "findings.json")
ORDER = {"error": 0, "warning": 1, "remark": 2}


@dataclass(frozen=True)
class Bar:
    """One row of a table of figures, with its share of the largest."""

    label: str
    value: str
    share: int  # per cent of the largest row


@dataclass(frozen=True)
class Apart:
    """An amount that is outside the total, and why."""

    label: str
    value: str
    unit: str


@dataclass(frozen=True)
class Panel:
    """Everything the panel says; ``overview`` is summary.json without lines, of the version in force."""

    dataset_id: str
    run: Mapping[str, Any]
    overview: Mapping[str, Any] = field(default_factory=dict)
    years: Sequence[Bar] = ()
    gases: Sequence[Bar] = ()
    sectors: Sequence[Bar] = ()
    references: Sequence[Bar] = ()
    apart: Sequence[Apart] = ()
    methods: Sequence[tuple[str, str]] = ()  # id and title of those used
    findings: Sequence[Mapping[str, Any]] = ()
    finding_count: int = 0
    downloads: Mapping[str, str] = field(default_factory=dict)
    may_recompute: bool = False
    citation: Mapping[str, str] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """State of the run; empty where nothing was ever asked of it."""
        return self.run.get("state") or ""

    @property
    def is_waiting(self) -> bool:
        """Whether the page should look again soon."""
        return self.state in WAITING

    @property
    def progress(self) -> str:
        """How far the run at work has come; empty where it has not told yet."""
        told = self.run.get("progress") or {}
        if not told:
            return ""
        rows = language.figure(told["rows"])
        if told["stage"] == "publishing":
            return str(tk._("{n} rows read; the result is being published.").format(n=rows))
        return str(tk._("{n} rows read so far.").format(n=rows))

    @property
    def total(self) -> str:
        """Tonnes of CO2e of the version in force."""
        return language.tonnes(self.overview["totals"]["co2e_kg"])

    @property
    def headline(self) -> str:
        """The state in a few words."""
        return _headlines().get(self.state, tk._("No data yet"))

    @property
    def explanation(self) -> str:
        """What the state means and what to do."""
        return _explanations().get(
            self.state, tk._("Add a file with activity data and its footprint appears here.")
        )


def for_dataset(dataset_id: str) -> Panel:
    """The panel of an activity dataset.

    Raises:
        NotAuthorized: the reader may not see the dataset.
        ObjectNotFound: there is no such dataset.
    """
    run = tk.get_action("khonkaencarbon_run_show")({}, {"id": dataset_id})
    overview = _overview(dataset_id, run)
    totals = overview.get("totals", {})
    listed = sorted(run.get("findings") or [], key=lambda one: ORDER[one["severity"]])
    return Panel(
        dataset_id=dataset_id,
        run=run,
        overview=overview,
        years=_bars(totals.get("by_year", {}), language.year, language.tonnes),
        sectors=_bars(_by_sector(totals.get("by_gpc_ref", {})), _sector, language.tonnes),
        references=_bars(totals.get("by_gpc_ref", {}), _reference, language.tonnes),
        apart=_apart(totals),
        methods=[(one["id"], methods.title(one["id"])) for one in overview.get("methods", [])],
        gases=_bars(totals.get("by_gas_kg", {}), language.formula, language.figure),
        findings=listed[:SHOWN],
        finding_count=sum((run.get("findings_by_code") or {}).values()),
        downloads=_downloads(dataset_id, run) if overview else {},
        citation=versions.citation_of(dataset_id, run["version"]) if overview else {},
        may_recompute=tk.h.check_access("package_update", {"id": dataset_id}),
    )


def _overview(dataset_id: str, run: Mapping[str, Any]) -> Mapping[str, Any]:
    if not run.get("version"):
        return {}
    try:
        shown: Mapping[str, Any] = tk.get_action("khonkaencarbon_summary_show")(
            {}, {"id": dataset_id, "lines": False}
        )
    except tk.ObjectNotFound:
        return {}
    return shown


def _bars(values: Mapping[str, str], label: Any, value: Any) -> list[Bar]:
    largest = max((abs(Decimal(one)) for one in values.values()), default=Decimal(0))
    return [
        Bar(label(key), value(one), int(abs(Decimal(one)) * 100 / largest) if largest else 0)
        for key, one in values.items()
    ]


def _by_sector(by_reference: Mapping[str, str]) -> dict[str, str]:
    """Kilograms by sector, in the order of the GPC."""
    sums: dict[str, Decimal] = {}
    for reference, value in by_reference.items():
        sector = reference.partition(".")[0]
        sums[sector] = sums.get(sector, Decimal(0)) + Decimal(value)
    return {one: str(sums[one]) for one in choices.sectors() if one in sums}


def _sector(number: str) -> str:
    return f"{number} {choices.sectors()[number]}"


def _reference(reference: str) -> str:
    return f"{reference} {methods.reference_name(reference)}".strip()


def _apart(totals: Mapping[str, Any]) -> list[Apart]:
    """What is stated beside the total; only what there is."""
    named = (
        ("biogenic_co2_kg", tk._("Carbon dioxide of biological origin"), "kg CO₂"),
        ("memo_co2e_kg", tk._("Gases of the Montreal Protocol (memo item)"), "tCO₂e"),
        ("other_scope3_co2e_kg", tk._("Purchased goods and other scope 3"), "tCO₂e"),
    )
    return [
        Apart(label, (language.figure if unit.startswith("kg") else language.tonnes)(totals[key]), unit)
        for key, label, unit in named
        if Decimal(totals.get(key) or 0)
    ]


def _downloads(dataset_id: str, run: Mapping[str, Any]) -> dict[str, str]:
    return {name: address.path_of(dataset_id, run["version"], name) for name in FILES}


def _headlines() -> dict[str, str]:
    return {
        "owed": tk._("Waiting to be computed"),
        "running": tk._("Being computed"),
        "published": tk._("Computed and published"),
        "refused": tk._("The file has to be corrected"),
        "failed": tk._("The computation broke off"),
        "quarantined": tk._("Set aside after several failures"),
    }


def _explanations() -> dict[str, str]:
    return {
        "owed": tk._("It usually takes less than a minute. You may leave this page."),
        "running": tk._("It usually takes less than a minute. You may leave this page."),
        "published": tk._("The figures below were computed by the portal from the files of this dataset."),
        "refused": tk._("Nothing could be computed from the newest files. The list below says what to do."),
        "failed": tk._("The fault is on the portal's side. It tries again by itself."),
        "quarantined": tk._(
            "The fault is on the portal's side. The operators have been told; your files are safe."
        ),
    }
