"""The city's pages and settings: what a figure leads to, the cross-check, the boundary, what a page costs."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import contextmanager

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa

from ckanext.khonkaencarbon.portal.city import inventory

STATEMENTS = 8  # of SQL, at most, for the dashboard of somebody who is not logged in


def electricity(kwh, period):
    """Electricity of offices in a year."""
    return f"period,activity,consumer,quantity,unit\n{period},electricity-grid,institutional,{kwh},kWh\n"


ESTIMATE = "ปี,ภาค,co2e_t\n2566,I,0.75\n2566,รวม,0.75\n"


def links(page, path):
    return set(re.findall(rf'href="({path}[^"]*)"', page))


def test_every_figure_of_the_first_page_leads_to_its_rows(city, app):
    steward, _ = city
    steward.accepted(electricity(1000, period="2023"))
    page = app.get("/carbon?year=2023").body
    name = steward.organisation["name"]
    wanted = {"/carbon/2023", "/carbon/2023/I", "/carbon/2023/I.2", f"/carbon/organisations/{name}"}
    assert wanted <= links(page, "/carbon/")
    for address in ("/carbon/2023", "/carbon/2023/I", "/carbon/2023/I.2"):
        answer = app.get(address)
        assert answer.status_code == 200
        assert "/carbon/2023/I.2.2" in links(answer.body, "/carbon/2023/")
        assert "0.4999" in answer.body


@pytest.mark.parametrize("path", ["/1800", "/2023/IX", "/2023/I.99", "/1800/I"])
def test_a_part_that_is_not_there_is_a_404(city, app, path):
    steward, _ = city
    steward.accepted(electricity(1000, period="2023"))
    assert app.get(f"/carbon{path}").status_code == 404


def test_the_denominator_is_shown_with_its_year(city, app):
    steward, city_id = city
    steward.accepted(electricity(1000000, period="2023"))
    steward.upload(city_id, "year,indicator,value,unit\n2014,population,100000,คน\n", name="ประชากร")
    page = app.get("/carbon?year=2023").body
    assert "100,000" in page and "2557" in page
    # 499.9 t for 100,000 people: 0.004999, which two decimals would make nothing of
    assert re.search(r"0\.0050", page)


def test_a_csv_of_one_year_holds_that_year_only(city, app):
    steward, _ = city
    for year in ("2017", "2023"):
        steward.accepted(electricity(10, period=year))
    body = app.get("/carbon/files/inventory.csv?year=2023").body
    assert {row["year"] for row in csv.DictReader(io.StringIO(body))} == {"2023"}


def test_an_estimate_stands_beside_our_figure_with_the_gap(city, app):
    steward, city_id = city
    steward.accepted(electricity(1000, period="2023"))
    assert "ยังไม่มีการอัปโหลดค่าประมาณอิสระ" in app.get("/carbon/cross-check").body
    steward.upload(city_id, ESTIMATE, name="ค่าประมาณ")
    rows = tk.get_action("khonkaencarbon_crosscheck_show")({}, {"sector": "I"})["rows"]
    assert [(one["own_co2e_kg"], one["estimate_co2e_kg"], one["gap_co2e_kg"]) for one in rows] == [
        ("499.9", "750", "-250.1")
    ]
    page = app.get("/carbon/cross-check").body
    assert "-0.2501" in page and "/carbon/2023/I" in links(page, "/carbon/2023")
    assert app.get("/carbon/files/crosscheck.csv").body.splitlines()[1].startswith("2023,I,")


BAD_ROWS = {
    "a sector nobody knows": ("2566,ป่า,5", "sector", "ป่า"),
    "no number": ("2566,I,ห้าตัน", "co2e_t", "ห้าตัน"),
    "no year": ("ปีที่แล้ว,I,5", "year", "ปีที่แล้ว"),
}


@pytest.mark.parametrize(("row", "column", "value"), BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_a_bad_row_of_an_estimate_is_named_by_line_and_column_in_both_languages(
    city,
    app,
    row,
    column,
    value,
):
    steward, city_id = city
    steward.upload(city_id, f"ปี,ภาค,co2e_t\n2566,II,1\n{row}\n", name="ค่าประมาณ")
    (found,) = tk.get_action("khonkaencarbon_crosscheck_show")({}, {})["findings"]
    assert (found["line"], found["column"], found["value"]) == (3, column, value)
    for address, words in (("", ("บรรทัดที่ 3", "คอลัมน์")), ("/en", ("line 3", "column"))):
        page = app.get(f"{address}/carbon/cross-check").body
        assert all(word in page for word in words) and value in page


SQUARE = [[102.79, 16.39], [102.87, 16.39], [102.87, 16.48], [102.79, 16.48], [102.79, 16.39]]


def polygon(ring, **more):
    return json.dumps({"type": "Polygon", "coordinates": [ring], **more})


@pytest.mark.parametrize(
    "text",
    [
        polygon(SQUARE),
        json.dumps({"type": "Feature", "properties": {}, "geometry": json.loads(polygon(SQUARE))}),
        json.dumps({"type": "MultiPolygon", "coordinates": [[SQUARE]]}),
    ],
    ids=["polygon", "feature", "multipolygon"],
)
def test_the_boundary_is_drawn_on_the_first_page(city, app, text):
    steward, city_id = city
    source = "แผนที่ทดสอบ"
    steward.act("package_patch", id=city_id, city_boundary=text, city_boundary_source=source)
    page = app.get("/carbon").body
    assert re.search(r'<path d="M4\.0 [0-9.]+L[^"]+Z"', page)
    assert "102.790–102.870 °E, 16.390–16.480 °N" in page and source in page


WRONG = {
    "no JSON": ("ขอนแก่น", "JSON"),
    "a point": (json.dumps({"type": "Point", "coordinates": SQUARE[0]}), "Polygon"),
    "latitude first": (polygon([[y, x] for x, y in SQUARE]), "16.39, 102.79"),
    "a ring that is not closed": (polygon(SQUARE[:-1]), "102.79, 16.39"),
    "a ring of three": (polygon([*SQUARE[:2], SQUARE[0]]), "four positions"),
    "outside Thailand": (polygon([[x + 20, y] for x, y in SQUARE]), "122.79"),
    "metres of a map grid": (polygon([[x * 2600, y * 111000] for x, y in SQUARE]), "267254"),
    "a ring that crosses itself": (
        polygon([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]),
        "Self-intersection",
    ),
    "words for numbers": (polygon([["a", "b"], *SQUARE[1:]]), "a"),
    "not a number": (polygon([[float("nan"), 16.4], *SQUARE[1:]]), "two numbers"),
    "nothing in it": (json.dumps({"type": "Polygon", "coordinates": []}), "no coordinates"),
    "two features": (json.dumps({"type": "FeatureCollection", "features": [{}, {}]}), "exactly one feature"),
}


@pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_boundary_that_is_none_is_refused_at_its_field(city, text, words):
    steward, city_id = city
    with pytest.raises(tk.ValidationError) as refused:
        steward.act("package_patch", id=city_id, city_boundary=text)
    assert set(refused.value.error_dict) == {"city_boundary"}
    assert words in str(refused.value.error_dict["city_boundary"])


SETTINGS = {
    "years": ("city_years", "ปีที่แล้ว", "2562-2565, 2567"),
    "base year": ("city_base_year", "x", "2562"),
    "warming potentials": ("city_gwp", "ar9", "ar6"),
    "editions": ("city_editions", "tgo-1999", "tgo-2022-04, ipcc-2006"),
    "editions by a path": ("city_editions", "/etc", "tgo-2026-01"),
    "electricity": ("city_electricity", "solar", "tgo-scope2"),
    "waste to energy": ("city_waste_to_energy", "x", "included-elsewhere"),
    "choices": ("city_choices", "{", "[]"),
}


@pytest.mark.parametrize(("field", "wrong", "right"), SETTINGS.values(), ids=SETTINGS.keys())
def test_a_setting_is_judged_at_its_field(city, field, wrong, right):
    steward, city_id = city
    with pytest.raises(tk.ValidationError) as refused:
        steward.act("package_patch", id=city_id, **{field: wrong})
    assert set(refused.value.error_dict) == {field}
    assert steward.act("package_patch", id=city_id, **{field: right})[field] == right


def test_a_dataset_of_other_editions_than_the_city_wants_is_remarked(city):
    steward, city_id = city
    steward.accepted()
    codes = "inventory-editions"
    assert codes not in {one.code for one in inventory.present().log.listed}
    steward.act("package_patch", id=city_id, city_editions="ipcc-2006")
    assert codes in {one.code for one in inventory.present().log.listed}


@contextmanager
def statements():
    """SQL statements to any database meanwhile."""
    told = []

    def tell(_connection, _cursor, statement, *_more):
        told.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", tell)
    try:
        yield told
    finally:
        sa.event.remove(sa.engine.Engine, "before_cursor_execute", tell)


def test_the_dashboard_costs_a_few_statements_and_no_more_with_more_datasets(city, app):
    steward, _ = city
    counts = []
    for _ in range(3):
        steward.accepted()
        app.get("/carbon")  # puts the inventory together again
        with statements() as told:
            assert app.get("/carbon").status_code == 200
        counts.append(len(told))
    assert len(set(counts)) == 1 and counts[0] <= STATEMENTS, told
    tag = app.get("/carbon").headers["ETag"]
    with statements() as told:
        assert app.get("/carbon", headers={"If-None-Match": tag}).status_code == 304
    assert len(told) <= counts[0]
