"""The files of a page: one of styles, one of Vizro's scripts, and nothing that they name is lost."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from consumption.dashboard.server import application


@pytest.fixture(scope="module")
def client(published: Path) -> FlaskClient:
    made: FlaskClient = application(published / "serving").server.test_client()
    return made


def addresses(client: FlaskClient, pattern: str) -> list[str]:
    return re.findall(pattern, client.get("/service").get_data(as_text=True))


def test_all_styles_are_one_file_and_the_fonts_that_it_names_are_found(client: FlaskClient) -> None:
    (styles,) = addresses(client, r'<link rel="stylesheet" href="([^"]+)"')
    answer = client.get(styles)
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/css"
    assert ".ghala-kpi" in text, "the look of the project is missing"
    fonts = set(re.findall(r"""url\(["']?([^"')]+\.(?:ttf|woff2?))""", text))
    assert fonts
    for font in fonts:
        assert client.get(font).status_code == 200, font


def test_the_scripts_of_vizro_are_one_file_that_stands_where_they_stood(client: FlaskClient) -> None:
    scripts = addresses(client, r'<script src="([^"]+)"')
    assert not [one for one in scripts if "/vizro/static/" in one or "polyfill" in one]
    (own,) = [number for number, one in enumerate(scripts) if one.startswith("/_ghala/")]
    (renderer,) = [number for number, one in enumerate(scripts) if "dash_renderer" in one]
    assert 0 < own < renderer
    assert "update_graph_action_trigger" in client.get(scripts[own]).get_data(as_text=True)


def test_what_nobody_bundled_is_not_found(client: FlaskClient) -> None:
    assert client.get("/_ghala/strange.css").status_code == 404
