"""A real Solr with the corpus in it: once under our schema and documents, once as CKAN would index it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import measure


@pytest.fixture(scope="session")
def base() -> str:
    """Address of Solr, its cores filled."""
    address = os.environ.get("KHONKAENCARBON_TEST_SOLR")
    if not address:
        pytest.skip("KHONKAENCARBON_TEST_SOLR names no Solr: ./deploy/test search starts one")
    measure.fill(address)
    return address
