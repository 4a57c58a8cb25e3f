"""No key of a contract is ignored, at any level; and no contract, however broken, gives anything but a clear error."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.errors import ConfigError
from orchestration.ingest.contract import load_contract
from orchestration.ingest.model import Contract
from orchestration.ingest.reasons import reasons_of
from tests.python.ingest.project import CSV, SALES, contract, make

ROOT = Path(__file__).parents[3]
NAMES = ("erp/inventory_ledger", "erp/suppliers", "commerce/customers", "supplier_feed/price_quotes")
Trail = tuple[str | int, ...]


def document(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "contracts" / f"{name}.odcs.yaml").read_text(encoding="utf-8"))
    return loaded


def places(node: Any, trail: Trail = ()) -> Iterator[Trail]:
    """The trail to each mapping."""
    if isinstance(node, dict):
        yield trail
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from places(value, (*trail, key))


def at(node: Any, trail: Trail) -> Any:
    for part in trail:
        node = node[part]
    return node


def read(folder: Path, name: str, content: dict[str, Any]) -> Contract:
    file = folder / f"{name}.odcs.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(content), encoding="utf-8")
    return load_contract(file)


@pytest.mark.parametrize("name", NAMES)
def test_a_typing_error_in_any_key_at_any_level_is_named_with_what_was_meant(tmp_path: Path, name: str) -> None:
    original, tried = document(name), set()
    for trail in places(original):
        for key in at(original, trail):
            wrong = key[:2] + key[3:] if len(key) > 3 else key + "x"
            kind = (*(part for part in trail if isinstance(part, str)), key)
            if wrong in at(original, trail) or kind in tried:
                continue
            tried.add(kind)
            changed = copy.deepcopy(original)
            at(changed, trail)[wrong] = at(changed, trail)[key]
            with pytest.raises(ConfigError) as caught:
                read(tmp_path, name, changed)
            assert f"unknown key '{wrong}' (did you mean '" in caught.value.what, (trail, key)
    assert len(tried) > 50


@pytest.mark.parametrize("name", ["numberFormats", "nullValue", "trimm", "padToo"])
def test_an_unknown_custom_property_of_a_column_is_named(tmp_path: Path, name: str) -> None:
    spec = {**SALES["qty"], "customProperties": [{"property": name, "value": True}]}
    made = make(tmp_path, contract({**SALES, "qty": spec}, CSV))
    with pytest.raises(ConfigError, match=f"unknown custom property '{name}' .did you mean"):
        _ = made.contracts


def test_a_wrong_value_is_named_without_blaming_the_keys_beside_it(tmp_path: Path) -> None:
    original = document("erp/suppliers")
    original["schema"][0]["properties"][0]["name"] = True
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, "erp/suppliers", original)
    assert "True is not of type 'string'" in caught.value.what
    assert "unknown key" not in caught.value.what


def test_a_key_at_the_wrong_place_is_still_an_error(tmp_path: Path) -> None:
    original = document("erp/suppliers")
    original["schema"][0]["properties"][0]["mustBe"] = 0
    with pytest.raises(ConfigError, match="unknown key 'mustBe'"):
        read(tmp_path, "erp/suppliers", original)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_damage_gives_a_contract_or_a_clear_error(tmp_path: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    changed = document(name)
    for _ in range(data.draw(st.integers(1, 2))):
        trail = data.draw(st.sampled_from(list(places(changed))))
        node = at(changed, trail)
        if not node:
            continue
        key = data.draw(st.sampled_from(sorted(node)))
        if data.draw(st.booleans()):
            del node[key]
        else:
            node[key] = data.draw(ANY)
    try:
        reasons_of(read(tmp_path, name, changed))
    except ConfigError as error:
        assert name.split("/")[1] in error.where and error.next_step


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=40) | st.text(max_size=40).map(str.encode))
def test_any_bytes_give_a_clear_error(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "shop" / "sales.odcs.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    with pytest.raises(ConfigError):
        load_contract(file)
