"""Pages and files over HTTP: one blueprint per module."""

from __future__ import annotations

from flask import Blueprint

__all__ = ["get_blueprints"]


def get_blueprints() -> list[Blueprint]:
    """Every blueprint of the extension."""
    return []
