"""What the scripts in tests/checks share: TAP on stdout, programs, a sandbox."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = (ROOT / os.environ.get("FCM_BUILD", "build/release")).resolve()
PLUGIN = BUILD / "falcon_case_management.so"
# for node: what make deps has installed
NODE_ENV = {**os.environ, "NODE_PATH": str(ROOT / "build/npm/node_modules")}


class Tap:
    """Counts checks; done() prints the plan and gives the exit code."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def ok(self, fine, name, detail=""):
        self.count += 1
        self.failed += not fine
        print(f"{'ok' if fine else 'not ok'} {self.count} - {name}")
        if not fine:
            for line in str(detail).splitlines()[:40]:
                print(f"# {line}")
        sys.stdout.flush()
        return fine

    def done(self):
        print(f"1..{self.count}")
        return 1 if self.failed else 0


def run(*command, **options):
    """Runs a program to its end; (exit code, stdout and stderr together)."""
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, cwd=ROOT, check=False, **options)
    return done.returncode, done.stdout


def readme_blocks(heading, language):
    """The blocks of that language under a heading of README.md, up to the next heading."""
    text = (ROOT / "README.md").read_text().split(f"# {heading}\n", 1)[1]
    section = re.split(r"^#+ ", text, maxsplit=1, flags=re.M)[0]
    return re.findall(rf"^```{language}\n(.*?)^```", section, re.M | re.S)


def readme_block(heading, language):
    """The first of them."""
    return readme_blocks(heading, language)[0]


class Sandbox:
    """A sandbox for a with statement; config is a configuration for it, ready its first line."""

    def __init__(self, *options):
        self.options = options

    def __enter__(self):
        self.dir = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen(
            [str(BUILD / "falcon-sandbox"), "--listen", "127.0.0.1:0", "--strict",
             "--parent-death", *self.options], stdout=subprocess.PIPE, text=True)
        self.ready = ready = json.loads(self.process.stdout.readline())
        self.config = (f'falcon: {{ base_url = "{ready["url"]}"; '
                       f'client_id = "{ready["client_id"]}"; '
                       f'client_secret = "{ready["client_secret"]}"; }};')
        return self

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        self.dir.cleanup()
