"""The database does not answer: a page that says so, instead of an error of ours."""

from __future__ import annotations

from typing import Any

from ckan.types import CKANApp
from flask import current_app, request
from sqlalchemy.exc import OperationalError

HEALTH = "khonkaencarbon_health.show"  # answers without the database
RETRY = {"Retry-After": "10"}  # seconds
PAGE = """<!DOCTYPE html>
<html lang="th"><meta charset="utf-8"><title>503</title>
<h1>ระบบไม่พร้อมใช้งานชั่วคราว</h1>
<p>ฐานข้อมูลไม่ตอบ ข้อมูลที่เผยแพร่แล้วไม่ได้รับผลกระทบ โปรดลองใหม่ในอีกสักครู่</p>
<div lang="en"><h2>Temporarily unavailable</h2>
<p>The database does not answer. What was published is not affected. Please try again in a moment.</p></div>
"""


def install(app: CKANApp) -> None:
    """Answer 503 while the database is away; the health page answers by itself."""
    app.register_error_handler(OperationalError, answer)


def answer(fault: OperationalError) -> Any:
    """The page, or the health report if that is what was asked for."""
    if request.endpoint == HEALTH:
        return current_app.view_functions[HEALTH]()
    return PAGE, 503, RETRY
