"""The database does not answer, or what is read changes too fast: a page that says so, not an error."""

from __future__ import annotations

from typing import Any

from ckan.types import CKANApp
from flask import current_app, request
from sqlalchemy.exc import OperationalError

from ckanext.khonkaencarbon.portal.city.inventory import BusyError

HEALTH = "khonkaencarbon_health.show"  # answers without the database
RETRY = {"Retry-After": "10"}  # seconds
PAGE = """<!DOCTYPE html>
<html lang="th"><meta charset="utf-8"><title>503</title>
<h1>ระบบไม่พร้อมใช้งานชั่วคราว</h1>
<p>{th} ข้อมูลที่เผยแพร่แล้วไม่ได้รับผลกระทบ โปรดลองใหม่ในอีกสักครู่</p>
<div lang="en"><h2>Temporarily unavailable</h2>
<p>{en} What was published is not affected. Please try again in a moment.</p></div>
"""
AWAY = PAGE.format(th="ฐานข้อมูลไม่ตอบ", en="The database does not answer.")
BUSY = PAGE.format(th="ข้อมูลกำลังเปลี่ยนแปลงอย่างต่อเนื่อง", en="The data are changing at this moment.")


def install(app: CKANApp) -> None:
    """Answer 503 while the database is away, but for the health page, or while the sums never rest."""
    app.register_error_handler(OperationalError, answer)
    app.register_error_handler(BusyError, busy)


def answer(fault: OperationalError) -> Any:
    """The page, or the health report if that is what was asked for."""
    if request.endpoint == HEALTH:
        return current_app.view_functions[HEALTH]()
    return AWAY, 503, RETRY


def busy(fault: BusyError) -> Any:
    """The page for a reader of an inventory that changed each time it was read."""
    return BUSY, 503, RETRY
