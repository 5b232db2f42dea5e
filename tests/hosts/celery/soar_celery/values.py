"""Values, texts and conditions of a flow, as tests/flows/README.md tells them. Pure."""

import json
import re

REFERENCE = re.compile(r"(\$?)\$\{([^}]*)\}")


class NothingThere(Exception):
    """Nothing stands at a pointer."""


def at(context, pointer):
    """The value at a JSON Pointer."""
    value = context
    if not pointer.startswith("/"):
        raise NothingThere(pointer)
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        elif isinstance(value, dict) and part in value:
            value = value[part]
        else:
            raise NothingThere(pointer)
    return value


def is_ref(value):
    """{"$ref": POINTER} or {"$ref": [POINTER, ...]}."""
    return isinstance(value, dict) and list(value) == ["$ref"]


def _text_of(value):
    if isinstance(value, str):
        return value
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def text(context, template):
    """A text with its "${POINTER}" filled in."""
    def fill(found):
        if found.group(1):
            return found.group(0)[1:]
        return _text_of(at(context, found.group(2)))
    return REFERENCE.sub(fill, template)


def _first(context, pointers):
    for pointer in pointers:
        try:
            return at(context, pointer)
        except NothingThere:
            continue
    raise NothingThere(pointers[0] if pointers else "")


def value(context, template):
    """A copy of the template with all references filled in."""
    if is_ref(template):
        pointers = template["$ref"]
        return _first(context, [pointers] if isinstance(pointers, str) else pointers)
    if isinstance(template, str):
        return text(context, template)
    if isinstance(template, list):
        return [value(context, item) for item in template]
    if isinstance(template, dict):
        return {key: value(context, item) for key, item in template.items()}
    return template


def _number(given):
    return isinstance(given, (int, float)) and not isinstance(given, bool)


def _compare(context, operands, greater):
    try:
        left, right = value(context, operands[0]), value(context, operands[1])
    except NothingThere:
        return False
    alike = type(left) is type(right) or (_number(left) and _number(right))
    if not greater:
        return alike and left == right
    return alike and isinstance(left, (int, float, str)) and left > right


def _exists(context, operand):
    try:
        return value(context, operand if is_ref(operand) else {"$ref": operand}) is not None
    except NothingThere:
        return False


def holds(context, condition):
    """Whether a condition holds."""
    (name, operand), = condition.items()
    tests = {
        "exists": lambda: _exists(context, operand),
        "equals": lambda: _compare(context, operand, greater=False),
        "greater": lambda: _compare(context, operand, greater=True),
        "not": lambda: not holds(context, operand),
        "all": lambda: all(holds(context, one) for one in operand),
        "any": lambda: any(holds(context, one) for one in operand),
    }
    return tests[name]()
