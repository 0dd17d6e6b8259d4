"""The charts of the city's pages: drawn from their tables, whole on a phone, and not needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from selenium.webdriver.support.wait import WebDriverWait

# Letters of Thai that stand above or below another: no line may begin with one.
HANGING = re.compile("^[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
TEXTS = """
return [...document.querySelectorAll(".kk-chart")].map(chart => {
  const box = chart.getBoundingClientRect();
  return [...chart.querySelectorAll("svg text")].map(text => {
    const one = text.getBoundingClientRect();
    return [text.textContent, one.left >= box.left - 1 && one.right <= box.right + 1];
  });
});
"""
VALUES = """
return [...document.querySelectorAll("[data-kk-chart=trend] td.kk-number")].map(e => e.textContent.trim());
"""
HIDDEN = """
const charts = [...document.querySelectorAll(".kk-chart")];
return charts.length && charts.every(e => e.getAttribute("aria-hidden") === "true");
"""


@contextmanager
def width(visitor: Any, pixels: int) -> Iterator[None]:
    """A screen of this width."""
    screen = {"width": pixels, "height": 900, "deviceScaleFactor": 2, "mobile": pixels < 500}
    visitor.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    try:
        yield
    finally:
        visitor.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def drawn(visitor: Any, language: str) -> list[list[list[Any]]]:
    """What stands in each chart of the first page, with whether it is all inside."""
    visitor.open("/carbon?year=2023", language)
    visitor.see(".kk-chart svg text")
    WebDriverWait(visitor.driver, 10).until(lambda d: all(d.execute_script(TEXTS)))
    found: list[list[list[Any]]] = visitor.driver.execute_script(TEXTS)
    return found


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("pixels", [360, 1280])
def test_every_label_is_whole(visitor: Any, inventory: str, language: str, pixels: int) -> None:
    with width(visitor, pixels):
        charts = drawn(visitor, language)
    assert len(charts) == 3
    for text, inside in [one for chart in charts for one in chart]:
        assert inside and not HANGING.match(text) and "…" not in text, text


def test_what_is_drawn_is_what_the_table_says(visitor: Any, inventory: str) -> None:
    trend = {text for text, _ in drawn(visitor, "en")[0]}
    values = visitor.driver.execute_script(VALUES)
    assert len(values) == 2 and set(values) <= trend


def test_a_year_in_part_is_drawn_differently(visitor: Any, inventory: str) -> None:
    drawn(visitor, "th")
    dashes = "return document.querySelectorAll('.kk-chart svg path[stroke-dasharray]').length"
    assert visitor.driver.execute_script(dashes) >= 1


def test_charts_are_for_the_eye_and_tables_for_everybody(visitor: Any, inventory: str) -> None:
    drawn(visitor, "th")
    assert visitor.driver.execute_script(HIDDEN)
    assert visitor.driver.find_elements("css selector", ".kk-chart a, .kk-chart [tabindex]") == []


def test_without_scripts_the_page_is_complete(visitor: Any, inventory: str) -> None:
    visitor.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        visitor.open("/carbon?year=2023", "en")
        assert "Electricity" in visitor.text() or "Stationary" in visitor.text()
        assert visitor.driver.find_elements("css selector", ".kk-chart") == []
        assert len(visitor.driver.find_elements("css selector", "table[data-kk-chart] tbody tr")) >= 6
    finally:
        visitor.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_nothing_moves_for_those_who_want_no_motion(visitor: Any, inventory: str) -> None:
    calm = {"features": [{"name": "prefers-reduced-motion", "value": "reduce"}]}
    visitor.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", calm)
    bars = "return [...document.querySelectorAll('.kk-chart svg path')].map(e => e.getAttribute('d')).join()"
    try:
        drawn(visitor, "th")
        first = visitor.driver.execute_script(bars)
        assert first and first == visitor.driver.execute_script(bars)
    finally:
        visitor.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
