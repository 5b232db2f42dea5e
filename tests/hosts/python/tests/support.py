"""What the tests share: a sandbox for each class, its control endpoint, and clients."""

import json
import os
import pathlib
import sys
import tempfile
import unittest
import urllib.request

HERE = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(HERE.parents[1] / "tools"))
from checking import PLUGIN, Sandbox  # noqa: E402  pylint: disable=wrong-import-position

os.environ["SOARHOST_PLUGIN"] = str(PLUGIN)


class SandboxCase(unittest.TestCase):
    """Tests against one sandbox; self.config is for it, with self.dir readable and writable."""

    def setUp(self):
        self.sandbox = Sandbox("--seed", "3")
        self.sandbox.__enter__()
        self.addCleanup(self.sandbox.__exit__)
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.dir = pathlib.Path(scratch.name)
        ready = self.sandbox.ready
        self.config = {
            "falcon": {"base_url": ready["url"], "client_id": ready["client_id"],
                       "client_secret": ready["client_secret"]},
            "files": {"read_dirs": [str(self.dir)], "write_dirs": [str(self.dir)]},
        }

    def control(self, path, body=None):
        """Asks the sandbox itself."""
        address, _, token = self.sandbox.ready["console"].partition("#token=")
        request = urllib.request.Request(
            f"{address.rstrip('/')}/_sandbox/{path}", headers={"X-Sandbox-Token": token},
            data=None if body is None else json.dumps(body).encode())
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def fault(self, *rules):
        """Spoils answers from now on."""
        self.control("faults", {"faults": list(rules)})

    def cases(self):
        """How many cases there are."""
        return self.control("board?limit=1")["total"]
