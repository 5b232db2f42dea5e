"""The steps of a flow that are no actions: files in the flow's directory, and what it requires."""

import filecmp
import pathlib

from . import values


def _failure(status, message):
    return {"ok": False, "status": status,
            "error": {"code": status, "reason": "flow", "message": message}}


def _inside(workdir, path):
    home = pathlib.Path(workdir).resolve()
    found = (home / path).resolve()
    if home not in found.parents:
        raise PermissionError(f"{path} is outside of the flow's directory")
    return found


def _write_file(workdir, operands):
    path = _inside(workdir, operands["path"])
    lines = operands["text"]
    path.write_text(lines if isinstance(lines, str) else "\n".join(lines) + "\n", encoding="utf-8")
    return {"ok": True, "status": "OK",
            "file": {"path": str(path), "name": path.name, "bytes": path.stat().st_size}}


def _compare_files(workdir, operands):
    first, second = (_inside(workdir, path) for path in operands)
    if filecmp.cmp(first, second, shallow=False):
        return {"ok": True, "status": "OK"}
    return _failure("DATA_LOSS", f"{first.name} and {second.name} differ")


def _require(context, operands):
    if values.holds(context, operands["condition"]):
        return {"ok": True, "status": "OK"}
    return _failure("FAILED_PRECONDITION", values.text(context, operands.get("message", "")))


def carry_out(step, context):
    """The result of a built-in step."""
    workdir = context["flow"]["workdir"]
    try:
        if "require" in step:
            return _require(context, step["require"])
        if "write_file" in step:
            return _write_file(workdir, values.value(context, step["write_file"]))
        return _compare_files(workdir, values.value(context, step["compare_files"]))
    except (OSError, KeyError, values.NothingThere) as problem:
        return _failure("INVALID_ARGUMENT", str(problem))
