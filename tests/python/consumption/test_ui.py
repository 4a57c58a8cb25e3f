"""`make ui`: what the environment may say."""

import pytest

from consumption.ui import first_port
from orchestration.errors import ConfigError


@pytest.mark.parametrize("text", ["abc", "", "-1", "0", "65536", "30.5", " 3000"])
def test_what_is_no_port_is_said_and_not_fallen_over(text: str) -> None:
    with pytest.raises(ConfigError, match="is no port"):
        first_port(text)


def test_a_port_is_a_number() -> None:
    assert first_port("3001") == 3001
