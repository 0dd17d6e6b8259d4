"""A file over the limit is refused with the limit and the remedy; what was there stays."""

import ckan.plugins.toolkit as tk
import pytest
from ckan import model

TWO_MEGABYTES = "เดือน,รายการ,ปริมาณ,หน่วย\n" + "ม.ค. 2567,ไฟฟ้า,1,kWh\n" * 50_000


@pytest.mark.parametrize("way", ["a new file", "another file in its place"])
def test_a_file_over_the_limit(steward, monkeypatch, way):
    monkeypatch.setitem(tk.config, "ckan.max_resource_size", 1)
    dataset_id = steward.dataset()
    resource_id = steward.upload(dataset_id)
    with pytest.raises(tk.ValidationError) as refused:
        if way == "a new file":
            steward.upload(dataset_id, TWO_MEGABYTES)
        else:
            steward.replace(resource_id, TWO_MEGABYTES)
    (message,) = refused.value.error_dict["upload"]
    assert "ไฟล์ใหญ่เกิน 1 เมกะไบต์" in message
    assert "over 1 MB" in message
    model.Session.remove()  # as at the end of a request
    assert [one["id"] for one in steward.act("package_show", id=dataset_id)["resources"]] == [resource_id]
