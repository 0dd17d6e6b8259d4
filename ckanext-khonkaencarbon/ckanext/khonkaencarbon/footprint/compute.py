"""The path of every number, in one page: files, records, cells, lines, footprint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ckanext.khonkaencarbon.footprint.accounting import checked, settings_from_json
from ckanext.khonkaencarbon.footprint.cube.cube import Cube
from ckanext.khonkaencarbon.footprint.cube.engine import Engine, by_size
from ckanext.khonkaencarbon.footprint.factors.edition import Edition
from ckanext.khonkaencarbon.footprint.factors.listing import load_editions
from ckanext.khonkaencarbon.footprint.factors.rows import PublishedRow
from ckanext.khonkaencarbon.footprint.factors.selection import NotComputableError, selector
from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog
from ckanext.khonkaencarbon.footprint.fingerprint import fingerprint
from ckanext.khonkaencarbon.footprint.intake import Intake, read
from ckanext.khonkaencarbon.footprint.methods.emission import Emitter
from ckanext.khonkaencarbon.footprint.methods.method import Method
from ckanext.khonkaencarbon.footprint.model import (
    AccountingSettings,
    Cell,
    Counts,
    InputDescription,
    Line,
    Refused,
    Source,
)
from ckanext.khonkaencarbon.footprint.notation import Notation, notation
from ckanext.khonkaencarbon.footprint.progress import Progress
from ckanext.khonkaencarbon.footprint.reading.mapping import ColumnMapping
from ckanext.khonkaencarbon.footprint.remarks import (
    refusal,
    remark_basis,
    remark_memo,
    remark_recovery,
    remark_reported,
    remark_split,
)
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

__all__ = ["Footprint", "compute", "footprint_of_cells", "settings_from_json"]


@dataclass(frozen=True, slots=True)
class Footprint:
    """The result of one run. ``usable`` is False where there is nothing to publish but the findings."""

    log: FindingLog
    settings: AccountingSettings
    usable: bool = False
    personal_data: bool = False
    inputs: tuple[InputDescription, ...] = ()
    mappings: tuple[ColumnMapping, ...] = ()  # beside inputs, completely resolved
    editions: tuple[Edition, ...] = ()
    factors: tuple[PublishedRow, ...] = ()  # those used, by id
    methods: tuple[Method, ...] = ()  # those used, by id
    counts: Counts = field(default_factory=Counts)
    refused: Refused = field(default_factory=Refused)
    lines: tuple[Line, ...] = ()
    notation: dict[str, Notation] = field(default_factory=dict)
    fingerprint: str = ""
    cube: Cube = field(default_factory=Cube)  # what was multiplied; ``output.cells`` stores it

    @property
    def incomplete(self) -> bool:
        """Whether rows were refused, so that the totals are lower than the files."""
        return self.counts.refused > 0


def compute(
    sources: Sequence[Source],
    mappings: Sequence[ColumnMapping | None],
    settings: AccountingSettings,
    *,
    personal_data_cleared: bool = False,
    progress: Progress | None = None,
    engine: Engine = by_size,
) -> Footprint:
    """Compute the footprint of activity files.

    Args:
        sources: the files; their order leaves no trace in the result.
        mappings: one for all files (None: by the headings), or one per file in their order.
        settings: how to compute; editions are ids of ours or paths of folders.
        personal_data_cleared: somebody has looked at what seems to be personal data.
        progress: told how many rows were read; None where nobody waits.
        engine: what counts the rows; leaves no trace in the result.

    Returns:
        A footprint in any case: bad files, mappings and settings are findings in its log.
    """
    log = FindingLog()
    intake = Intake(log, personal_data_cleared, progress)
    try:
        editions = load_editions(settings.editions)
        settings = checked(replace(settings, editions=tuple(edition.id for edition in editions)))
        cube = intake.cube(read(intake, sources, mappings, engine))
    except FileRefused as refused:
        intake.note(refused)
        return Footprint(log, settings, personal_data=intake.personal_data)
    return footprint_of_cells(cube, editions, settings)


def footprint_of_cells(cube: Cube, editions: Sequence[Edition], settings: AccountingSettings) -> Footprint:
    """Multiply cells, just summed or stored, with factors; opens no input file and leaves the cube as it is.

    Args:
        cube: of the files; where it is not current, the result may be compared but not published.
        editions: in the order in which they are looked up.
        settings: whose ``editions`` are the ids of these.
    """
    intake = Intake.of(cube)
    last_year = max((cell.key.period_end.year for cell in cube.cells), default=0)
    emitter = Emitter(settings, selector(tuple(editions)), load_vocabulary(), last_year)
    lines = [line for cell in cube.cells for line in _lines(cell, emitter, intake)]  # sorted, as cells are
    remark_basis(intake.log, emitter.rows.values(), editions, settings.gwp)
    remark_recovery(intake.log, lines)
    remark_reported(intake.log, lines, settings)
    remark_memo(intake.log, lines, settings.gwp)
    return _footprint(cube, intake, emitter, editions, lines)


def _lines(cell: Cell, emitter: Emitter, intake: Intake) -> list[Line]:
    """The lines of a cell; none, and its rows refused, where a part of it cannot be computed."""
    try:
        lines, parts = emitter.emission(cell)
    except NotComputableError as reason:
        intake.refuse(cell, refusal(cell, reason, emitter.settings.editions))
        return []
    remark_split(intake.log, cell, parts)
    return lines


def _footprint(
    cube: Cube, intake: Intake, emitter: Emitter, editions: Sequence[Edition], lines: list[Line]
) -> Footprint:
    intake.counts.lines = len(lines)
    methods = tuple(method for _, method in sorted(emitter.methods.items()))
    return Footprint(
        log=intake.log,
        settings=emitter.settings,
        usable=bool(lines),
        inputs=tuple(intake.inputs),
        mappings=tuple(intake.mappings),
        editions=tuple(editions),
        factors=tuple(row for _, row in sorted(emitter.rows.items())),
        methods=methods,
        counts=intake.counts,
        refused=intake.refused,
        lines=tuple(lines),
        notation=notation(lines),
        fingerprint=fingerprint(intake.inputs, intake.mappings, emitter.settings, editions, methods),
        cube=cube,
    )
