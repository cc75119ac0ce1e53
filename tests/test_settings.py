"""Settings: what the environment says, or one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import SettingsError
from kg.settings import Settings

ADDRESSES = {
    "YAODIAN_GRAPH": "http://n:s3cret@h:7878",
    "YAODIAN_VECTORS": "postgresql://n:s3cret@h/d",
    "YAODIAN_DASK": "tcp://h:8786",
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_an_address_of_a_server_is_taken_over_and_shown_to_nobody(name: str) -> None:
    settings = Settings.load({name: ADDRESSES[name]})
    assert ADDRESSES[name] in (settings.graph, settings.vectors, settings.dask)
    assert "s3cret" not in repr(settings)
    with pytest.raises(SettingsError, match=f"^{name} must be") as caught:
        Settings.load({name: "n:s3cret@h"})
    assert "s3cret" not in str(caught.value)


def test_an_empty_environment_gives_the_defaults() -> None:
    assert Settings.load({}) == Settings()


@pytest.mark.parametrize("name", [*ADDRESSES, "YAODIAN_WORKSPACE", "YAODIAN_BASE", "YAODIAN_MODEL", "PORT"])
def test_an_empty_value_counts_as_unset(name: str) -> None:
    assert Settings.load({name: ""}) == Settings()


def test_each_variable_sets_its_own_field() -> None:
    environment = {
        "YAODIAN_WORKSPACE": "elsewhere",
        "YAODIAN_BASE": "urn:plans:",
        "YAODIAN_MODEL": "some/model",
        "YAODIAN_HOST": "::1",
        "PORT": "8000",
    }
    assert Settings.load(environment) == Settings(Path("elsewhere"), "urn:plans:", "some/model", "::1", 8000)


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "78 60", "7860.0", "٧٨٦٠", "7" * 400])
def test_a_port_that_cannot_be_is_refused_by_name(port: str) -> None:
    with pytest.raises(SettingsError, match="^PORT must be"):
        Settings.load({"PORT": port})


@pytest.mark.parametrize("base", ["plans/", "https://example.org/id", "file:///tmp/", "/"])
def test_a_base_that_makes_no_absolute_iri_is_refused_by_name(base: str) -> None:
    with pytest.raises(SettingsError, match="^YAODIAN_BASE must be"):
        Settings.load({"YAODIAN_BASE": base})


@given(st.text(), st.text())
def test_any_values_give_settings_or_one_line(port: str, base: str) -> None:
    try:
        settings = Settings.load({"PORT": port, "YAODIAN_BASE": base})
    except SettingsError as error:
        assert len(str(error).splitlines()) == 1
    else:
        assert 0 < settings.port < 65536
        assert settings.base.endswith(("/", "#", ":"))
