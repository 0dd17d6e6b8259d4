"""What somebody reads whose file is over the size limit: CKAN's sentence names neither limit nor remedy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import ckan.plugins.toolkit as tk

_CORES = "File upload too large"
_TOO_LARGE = (
    "ไฟล์ใหญ่เกิน {limit} เมกะไบต์ แบ่งเป็นหลายไฟล์ (เช่น ปีละไฟล์) หรือคำนวณด้วยคำสั่ง khonkaencarbon compute "
    "/ The file is over {limit} MB. Split it, one file a year for example, or compute it with the command "
    "khonkaencarbon compute."
)


@contextmanager
def explained() -> Iterator[None]:
    """Say the limit and the remedy, in both languages, where an upload in the block is refused for its size.

    Raises:
        ValidationError: the upload is too large.
    """
    try:
        yield
    except tk.ValidationError as refused:
        if _CORES not in refused.error_dict.get("upload", []):
            raise
        message = _TOO_LARGE.format(limit=tk.config["ckan.max_resource_size"])
        raise tk.ValidationError({"upload": [message]}) from refused
