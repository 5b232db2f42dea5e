#!/usr/bin/env python3
"""Opens a case, tags it, and reads it again; with --sandbox at a private falcon-sandbox.

example.py --sandbox [FALCON-SANDBOX]
example.py CONFIGURATION
"""

import json
import pathlib
import subprocess
import sys
from typing import Any, Dict

from falcon_case_management import Aborted, CallOptions, Client


def work(config: str) -> str:
    """What a flow does, in small; gives what it says at its end."""
    with Client(config) as falcon:
        once = CallOptions(idempotency_key="alert-1001", timeout=30)
        case = falcon.create_case(name="Suspicious login", severity=60, call=once).first
        again = falcon.create_case(name="Suspicious login", severity=60, call=once).first
        assert again["id"] == case["id"], "one key, one case"
        falcon.add_case_tags(id=case["id"], tags=["triage"])
        try:
            falcon.update_case_fields(id=case["id"], expected_version=1, fields={"status": "closed"})
        except Aborted as stale:
            falcon.update_case_fields(id=case["id"], expected_version=stale.present["version"],
                                      fields={"status": "closed"})
        closed = falcon.get_cases(ids=[case["id"]]).first
        return f"{closed['reference_id']} is {closed['status']}, tags {closed['tags']}"


def main() -> None:
    """Takes the configuration from the command line."""
    if sys.argv[1:2] != ["--sandbox"]:
        print(work(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")))
        return
    program = sys.argv[2] if len(sys.argv) > 2 else "build/falcon-sandbox"
    with subprocess.Popen([program, "--listen", "127.0.0.1:0", "--parent-death"],
                          stdout=subprocess.PIPE, text=True) as sandbox:
        try:
            assert sandbox.stdout is not None
            ready: Dict[str, Any] = json.loads(sandbox.stdout.readline())
            print(work(f'falcon = {{ base_url = "{ready["url"]}"; '
                       f'client_id = "{ready["client_id"]}"; '
                       f'client_secret = "{ready["client_secret"]}"; }};'))
        finally:
            sandbox.terminate()


if __name__ == "__main__":
    main()
