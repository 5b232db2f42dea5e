"""What is committed and installed is what the plugin says, and its types hold."""

import ast
import inspect
import os
import pathlib
import re
import subprocess
import sys
import unittest

from support import HERE, PLUGIN

import falcon_case_management
from falcon_case_management import actions, list_actions


def mypy(*files):
    """The lines of what the type checker says."""
    package = pathlib.Path(falcon_case_management.__file__).parent
    done = subprocess.run(
        ["/usr/bin/mypy", "--strict", "--no-error-summary", "--cache-dir=/dev/null", *map(str, files)],
        stdout=subprocess.PIPE, text=True, check=False, cwd=HERE,
        env={**os.environ, "MYPYPATH": str(package.parent)})
    return done.stdout.splitlines()


class Package(unittest.TestCase):
    """The installed package."""

    def test_it_is_the_installed_one_that_is_tested(self):
        self.assertIn("site-packages", falcon_case_management.__file__)
        self.assertTrue((pathlib.Path(falcon_case_management.__file__).parent / "py.typed").exists())

    def test_the_generated_modules_are_in_step_with_the_plugin(self):
        done = subprocess.run([sys.executable, HERE / "generate.py", "--check", PLUGIN],
                              stdout=subprocess.PIPE, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_methods_stubs_and_schemas_have_the_same_inputs(self):
        stub = ast.parse(pathlib.Path(actions.__file__).with_suffix(".pyi").read_text())
        for cls in (node for node in stub.body if isinstance(node, ast.ClassDef)):
            declared = {}
            for node in cls.body:
                declared.setdefault(node.name, set()).update(
                    argument.arg for argument in node.args.kwonlyargs)
            del declared["_act"]
            wanted = {tool["name"]: {name + "_" if name == "from" else name
                                     for name in tool["inputSchema"]["properties"]} | {"call"}
                      for tool in list_actions()}
            self.assertEqual(declared, wanted, cls.name)
            for name, inputs in wanted.items():
                method = inspect.signature(getattr(getattr(actions, cls.name), name))
                self.assertEqual(set(method.parameters) - {"self"}, inputs, name)

    def test_the_package_and_the_example_hold_under_the_type_checker(self):
        self.assertEqual(mypy(pathlib.Path(falcon_case_management.__file__).parent, "example.py"), [])

    def test_the_type_checker_refuses_wrong_calls_where_they_stand(self):
        marked = {number for number, line in
                  enumerate((HERE / "tests/wrong_example.py").read_text().splitlines(), 1)
                  if "# wrong" in line}
        refused = {int(match.group(1)) for match in
                   (re.match(r"tests/wrong_example\.py:(\d+): error", line)
                    for line in mypy("tests/wrong_example.py")) if match}
        self.assertEqual(refused, marked)

    def test_the_example_runs_in_one_command(self):
        done = subprocess.run(
            [sys.executable, HERE / "example.py", "--sandbox", PLUGIN.parent / "falcon-sandbox"],
            stdout=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^SBX-\d+ is closed, tags \['triage'\]$")


if __name__ == "__main__":
    unittest.main()
