"""The fast writers give the bytes of Python's own: csv.writer and json with an indent, column by column."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.compute import compute
from ckanext.khonkaencarbon.footprint.exact import plain
from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
from ckanext.khonkaencarbon.footprint.output import summary
from ckanext.khonkaencarbon.footprint.output.columns import COLUMNS, csv_chunks, json_chunks, month
from ckanext.khonkaencarbon.footprint.output.indented import indented
from ckanext.khonkaencarbon.footprint.output.totals import totals

TABLE = """period,activity,quantity,unit,organisation,facility,place,quality,uncertainty_pct,param_waste_type
2024-05,electricity-grid,1234567890.123456789,kWh,"ก, \"\"ข\"\"\",อาคาร;1,ตำบล\u2028ใน,H,,
2024,diesel-road,0.000000001,ลิตร,=1+1,'x,#1,,2.5,
ปีงบประมาณ 2567,lpg-stationary,7,ตัน,ABC\\n,,,M,,
2023-11-05,waste-incineration-exported,3,ตัน,,,,L,,food
2024-02-29,waste-incineration-exported,30,กก.,\u0e01\u0301,,,,,
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    path = tmp_path_factory.mktemp("writing") / "table.csv"
    path.write_text(TABLE, encoding="utf-8")
    found = compute([Source(path.name, path)], [None], AccountingSettings())
    assert found.usable and found.counts.used == 5
    return found


def values(line):
    """What each column says, as plain as can be."""
    key = line.key
    names = {name: getattr(key, name) or None for name in ("consumer", "organisation", "facility", "place")}
    numbers = {
        name: getattr(line, name) for name in ("quantity", "mass_kg", "gwp", "co2e_kg", "uncertainty_pct")
    }
    return {
        "line_id": line.line_id,
        "year": line.period_start.year,
        "month": month(line),
        "period_start": line.period_start.isoformat(),
        "period_end": line.period_end.isoformat(),
        "gpc_ref": line.gpc_ref,
        "scope": line.scope,
        "activity": key.activity,
        **names,
        "unit": key.unit,
        "gas": line.gas,
        "biogenic": line.biogenic,
        **{name: None if value is None else plain(value) for name, value in numbers.items()},
        "method": line.method,
        "factor_ids": list(line.factor_ids),
        "quality": key.quality or None,
        "rows": line.rows,
    }


def odd(lines):
    """The same lines with what no file brings about but the writers must not trip over."""
    first = lines[0]
    bare = first._replace(
        gwp=None, co2e_kg=None, factor_ids=(), mass_kg=Decimal("-0.0"), quantity=Decimal("1E+3")
    )
    broken = first._replace(
        key=first.key._replace(organisation="two\nlines\r", place='"', facility="\t \x1f")
    )
    return (*lines, bare, broken)


def test_the_table_is_what_the_writer_of_the_standard_library_writes(result):
    lines = odd(result.lines)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in lines:
        said = values(line) | {
            "biogenic": str(line.biogenic).lower(),
            "factor_ids": ";".join(line.factor_ids),
        }
        writer.writerow(["" if said[name] is None else said[name] for name in COLUMNS])
    for size in (1, 3, 1000):
        assert "".join(csv_chunks(lines, size)) == buffer.getvalue()
    assert list(csv_chunks(())) == []


def test_the_elements_are_what_the_encoder_of_the_standard_library_writes(result):
    lines = odd(result.lines)
    expected = [
        {**{name: values(line)[name] for name in COLUMNS}, "parameters": dict(line.key.parameters)}
        for line in lines
    ]
    assert any(one["parameters"] for one in expected) and any(one["month"] is None for one in expected)
    text = json.dumps({"lines": expected}, ensure_ascii=False, indent=2)
    for size in (1, 3, 1000):
        assert f'{{\n  "lines": [{"".join(json_chunks(lines, size))}\n  ]\n}}' == text


def test_the_whole_document_is_what_the_encoder_of_the_standard_library_writes(result):
    content = summary.json_bytes(result)
    assert content.decode() == json.dumps(json.loads(content), ensure_ascii=False, indent=2) + "\n"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(anything)
def test_any_structure_is_written_as_the_encoder_writes_it(structure):
    assert indented(structure) == json.dumps(structure, ensure_ascii=False, indent=2)


def test_what_is_no_exact_value_is_not_written():
    for value in (1.5, Decimal(1), date(2024, 1, 1), [{"a": {1}}]):
        with pytest.raises(TypeError):
            indented(value)


def test_totals_are_sums_of_lines_group_by_group(result):
    groups = {
        "by_year": lambda line: str(line.period_start.year),
        "by_month": lambda line: month(line) and f"{line.period_start.year:04}-{month(line):02}",
        "by_gpc_ref": lambda line: line.gpc_ref,
        "by_scope": lambda line: str(line.scope),
        "by_activity": lambda line: line.key.activity,
        "by_organisation": lambda line: line.key.organisation,
    }
    lines = [line for line in result.lines if line.co2e_kg is not None]
    said = totals(result.lines, "ar5-tgo")
    assert said["co2e_kg"] == plain(sum(line.co2e_kg for line in lines))
    for name, group in groups.items():
        sums = {}
        for line in lines:
            if group(line) is not None:
                sums[group(line)] = sums.get(group(line), 0) + line.co2e_kg
        assert said[name] == {key: plain(value) for key, value in sorted(sums.items())}, name
