"""The portal starts with the extension and answers."""


def test_home_page_answers(app):
    assert app.get("/").status_code == 200


def test_api_answers(app):
    assert app.get("/api/action/status_show").json["result"]["extensions"][0] == "khonkaencarbon"
