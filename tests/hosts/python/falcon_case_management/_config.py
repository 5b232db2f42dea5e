"""A mapping as the libconfig text that the plugin reads."""

from __future__ import annotations

import re
from typing import Any, Mapping, Union

Config = Union[str, Mapping[str, Any]]


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\x{ord(m.group()):02x}", plain) + '"'


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value}L" if abs(value) >= 2**31 else str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, Mapping):
        return "{ " + " ".join(f"{name} = {_value(part)};" for name, part in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[ " + ", ".join(_value(item) for item in value) + " ]"
    raise TypeError(f"a configuration holds no {type(value).__name__}")


def config_text(config: Config) -> bytes:
    """{"falcon": {"cloud": "auto"}} or text in libconfig form, as bytes."""
    if isinstance(config, str):
        return config.encode()
    return "".join(f"{name} = {_value(value)};\n" for name, value in config.items()).encode()
