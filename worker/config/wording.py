"""Says in plain words what is wrong with a value. pydantic's own texts speak of its types and patterns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_RULES: Mapping[str, str] = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "byte_size": "not a size; write a number and a unit: 512KiB, 8MiB",
    "byte_size_unit": "not a size; write a number and a unit: 512KiB, 8MiB",
    "float_parsing": "must be a number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "int_type": "must be a whole number",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "path_type": "must be a path",
    "string_too_short": "must not be empty",
    "string_type": "must be a text",
    "too_short": "must not be empty",
    "tuple_type": "must be a list",
}


def in_words(problem: Mapping[str, Any]) -> str:
    """The rule that a value breaks. `problem` is one of `ValidationError.errors()`."""
    rule = _RULES.get(problem["type"])
    if rule is None:  # a validator of ours, which wrote the text, or of typer
        return str(problem["msg"]).removeprefix("Value error, ")
    return rule.format(**problem.get("ctx", {}))
