"""The state of a sandbox as text that two runs of the same flow agree on: ids and times masked."""

import json
import re
import urllib.parse
import urllib.request

MADE_ID = re.compile(r"(?!00000000-0000-|f1f1f1f1-)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-"
                     r"[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
REFERENCE = re.compile(r"SBX-\d+")
KINDS = ("template", "snapshot", "field", "sla", "group", "access_tag")
TIMES = ("time_started", "time_due", "time_completed", "active_timer_time_due")
#: What ids and times in a file's bytes change of its details.
CHANGED = {".zip": ("hash_value", "file_size", "file_size_bytes"), ".md": ("hash_value",)}


def control(ready, path, **query):
    """What the sandbox answers of itself; ready: its first line."""
    address, _, token = ready["console"].partition("#token=")
    request = urllib.request.Request(
        f"{address.rstrip('/')}/_sandbox/{path}?{urllib.parse.urlencode(query)}",
        headers={"X-Sandbox-Token": token})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def _masked(value):
    if isinstance(value, dict):
        end = re.search(r"\.[a-z]+$", str(value.get("name", "")))
        hide = TIMES + CHANGED.get(end.group() if end else "", ())
        return {name: "<masked>" if name in hide and part else _masked(part)
                for name, part in value.items()}
    if isinstance(value, list):
        return [_masked(part) for part in value]
    if isinstance(value, str):
        return REFERENCE.sub("<reference>", TIME.sub("<time>", MADE_ID.sub("<id>", value)))
    return value


def _order(document):
    return json.dumps(document, sort_keys=True)


def _documents(ready, kind):
    found, offset = [], 0
    while True:
        page = control(ready, "documents", kind=kind, offset=offset, limit=100)
        part = page["documents"]
        found += part
        offset += len(part)
        if not part or offset >= page["total"]:
            return found


def state(ready):
    """Cases with their files, and the configuration; each list in an order of its own."""
    whole = {}
    cards = control(ready, "board", limit=200)
    ids = [card["id"] for card in cards["cases"]]
    assert len(ids) == cards["total"]
    cases = []
    for case_id in ids:
        answer = control(ready, "case", id=case_id)
        files = sorted(_masked(answer["files"]), key=_order)
        cases.append({"case": _masked(answer["case"]), "files": files})
    whole["cases"] = sorted(cases, key=_order)
    for kind in KINDS:
        whole[kind] = sorted(_masked(_documents(ready, kind)), key=_order)
    return json.dumps(whole, indent=1, sort_keys=True)
