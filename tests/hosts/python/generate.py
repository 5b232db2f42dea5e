#!/usr/bin/env python3
"""Writes actions.py, actions.pyi and types.py from what soar_list_actions says.

generate.py [--check] [PLUGIN.so]    with --check: says what is out of step, and writes nothing
"""

import importlib.util
import json
import keyword
import pathlib
import re
import sys
import textwrap

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE / "falcon_case_management"
MADE = '"""{what} Made by generate.py from the plugin\'s actions; do not edit."""\n'
WIDTH = 100


def camel(name):
    """case_sla -> CaseSla"""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))


def argument(name):
    """A property's name as that of an argument: from -> from_"""
    return name + "_" if keyword.iskeyword(name) else name


class Types:
    """TypedDicts for the objects of the schemas, one for each that differs."""

    def __init__(self):
        self.bodies = {}
        self.used = set()

    def named(self, wanted, body, schema):
        """Keeps an object under the name it wants, or under one with a number."""
        name, number = wanted, 1
        while name in self.bodies and self.bodies[name][0] != body:
            number += 1
            name = f"{wanted}{number}"
        self.bodies[name] = (body, schema)
        return name

    def of(self, schema, root, name, given):
        """The type of a value; `given` says whether it goes in, so that any list will do."""
        if "$ref" in schema:
            key = schema["$ref"].rsplit("/", 1)[1]
            return self.of(root["$defs"][key], root, camel(key) + ("Input" if given and not key.endswith("input") else ""), given)
        if "enum" in schema:
            return f"Literal[{', '.join(repr(value) for value in schema['enum'])}]"
        if "anyOf" in schema:
            kinds = [self.of(part, root, name, given) for part in schema["anyOf"]]
        else:
            kinds = schema.get("type", [])
            kinds = [self.single(kind, schema, root, name, given)
                     for kind in (kinds if isinstance(kinds, list) else [kinds])]
        kinds = list(dict.fromkeys(kinds))
        if not kinds:
            return "Any"
        return kinds[0] if len(kinds) == 1 else f"Union[{', '.join(kinds)}]"

    def single(self, kind, schema, root, name, given):
        """The type of a value of one kind."""
        plain = {"string": "str", "integer": "int", "number": "float", "boolean": "bool",
                 "null": "None"}
        if kind in plain:
            return plain[kind]
        if kind == "array":
            item = self.of(schema.get("items", {}), root, name + "Item", given)
            return f"{'Sequence' if given else 'List'}[{item}]"
        if not schema.get("properties"):
            return "Mapping[str, Any]" if given else "Dict[str, Any]"
        required = set(schema.get("required", []))
        body = tuple((key, key in required, self.of(value, root, name + camel(key), given))
                     for key, value in schema["properties"].items())
        return self.named(name, body, schema)

    def text(self):
        """The module of all of them."""
        out = [MADE.format(what="The objects that actions take and give."),
               "from __future__ import annotations\n",
               "from typing import Any, Dict, List, Literal, Mapping, Sequence, TypedDict, Union\n"]
        for name, (body, schema) in self.bodies.items():
            out += self.one(name, body, schema)
        return "\n".join(out) + "\n"

    @staticmethod
    def one(name, body, schema):
        """The lines of one class, its required members in a base of their own."""
        title = schema.get("description") or schema.get("title") or "An object of the service."
        if any(keyword.iskeyword(key) for key, _, _ in body):
            members = ", ".join(f'"{key}": {quoted(kind)}' for key, _, kind in body)
            return [f'\n{name} = TypedDict("{name}", {{{members}}}, total=False)']
        lines, base = [], "TypedDict"
        if any(needed for _, needed, _ in body):
            base = f"_{name}Needed"
            lines += [f"\nclass {base}(TypedDict):"]
            lines += [f"    {key}: {kind}" for key, needed, kind in body if needed] + [""]
        lines += [f"\nclass {name}({base}, total=False):", *docstring([title], 4)]
        for key, needed, kind in body:
            if not needed:
                lines.append(f"    {key}: {kind}")
        return lines


def quoted(kind):
    """A type that is evaluated when the module is loaded, as a forward reference."""
    return f'"{kind}"'


def docstring(paragraphs, indent):
    """The lines of a docstring."""
    lines = []
    for paragraph in paragraphs:
        for part in paragraph.split("\n"):
            lead = re.match(r"\s*", part).group()
            lines += textwrap.wrap(part, WIDTH - indent, subsequent_indent=lead + "    " * bool(lead),
                                   break_long_words=False, break_on_hyphens=False) or [""]
        lines.append("")
    lines.pop()
    text = "\n".join(lines).replace("\\", "\\\\").replace('"""', "'''")
    if text.endswith('"'):
        text += " "
    if len(lines) == 1 and len(text) < WIDTH - indent - 6:
        return [" " * indent + f'"""{text}"""']
    return [(" " * indent + line).rstrip() for line in f'"""{text}\n"""'.split("\n")]


class Action:
    """One tool of soar_list_actions."""

    def __init__(self, tool, types):
        self.name, self.tool = tool["name"], tool
        self.schema = tool["inputSchema"]
        self.properties = self.schema["properties"]
        prefix = camel(self.name)
        self.kinds = {key: types.of(value, self.schema, prefix + camel(key), True)
                      for key, value in self.properties.items()}
        output = tool["outputSchema"]["properties"]
        items = output.get("resources", {}).get("items")
        self.gives = (types.of(items, tool["outputSchema"], prefix + "Resource", False)
                      if items else "Any")
        types.used.update(word for kind in [*self.kinds.values(), self.gives]
                          for word in re.findall(r"\w+", kind) if word in types.bodies)
        if "call" in self.properties:
            raise SystemExit(f"{self.name}: an input named call cannot be told from the options")

    def forms(self):
        """The ways to call it: (names, required) with the named inputs, or with one in their place."""
        rules = [rule for rule in [self.schema, *self.schema.get("allOf", [])] if "if" in rule]
        whole = {rule["if"]["required"][0]: rule for rule in rules
                 if self.properties[rule["if"]["required"][0]].get("x-in", "").startswith("whole")}
        always = set(self.schema.get("required", []))
        needed = always.union(*(rule.get("else", {}).get("required", []) for rule in whole.values()))
        forms = [([name for name in self.properties if name not in whole], needed)]
        for name, rule in whole.items():
            excluded = {key for key, value in rule["then"].get("properties", {}).items()
                        if "not" in value}
            forms.append(([key for key in self.properties if key not in excluded],
                          (always - excluded) | {name}))
        return forms

    def parameters(self, names, needed, typed):
        """The text of the arguments."""
        order = sorted(names, key=lambda key: (key not in needed,
                                               self.properties[key].get("x-ui", {}).get("order", 50)))
        if not typed:
            return ["self", "*", *(f"{argument(key)}=None" for key in order), "call=None"]
        return ["self", "*",
                *(f"{argument(key)}: {self.kinds[key]}" if key in needed else
                  f"{argument(key)}: Optional[{self.kinds[key]}] = ..." for key in order),
                "call: Optional[CallOptions] = ..."]

    def doc(self):
        """Its docstring."""
        meta, hints = self.tool["_meta"], self.tool["annotations"]
        about = [self.tool["title"] + ".", self.tool["description"]]
        about.append("\n".join(
            f"    {argument(key)}: " + self.description(self.properties[key])
            for key in sorted(self.properties,
                              key=lambda key: self.properties[key].get("x-ui", {}).get("order", 50)))
            + "\n    call: timeout, dry run, plan, idempotency key, progress; see CallOptions.")
        effect = ("Only reads." if hints["readOnlyHint"] else
                  "Takes something away." if hints["destructiveHint"] else "Changes something.")
        about.append(f"{effect} Scope: {meta['scope']['name']} ({meta['scope']['access']}).")
        return docstring(about, 8)

    def description(self, schema):
        """What a property's schema, or the one it refers to, says."""
        if "description" not in schema and "$ref" in schema:
            schema = self.schema["$defs"][schema["$ref"].rsplit("/", 1)[1]]
        return schema.get("description", schema.get("title", ""))

    def source(self):
        """Its method."""
        names, needed = list(self.properties), set(self.schema.get("required", []))
        given = ", ".join(f'"{key}": {argument(key)}' for key in names)
        return (wrapped(f"    def {self.name}(", self.parameters(names, needed, False), "):")
                + self.doc()
                + wrapped(f'        return self._act("{self.name}", {{', given.split(", "),
                          "}, call)"))

    def stub(self, result):
        """Its signatures."""
        forms, lines = self.forms(), []
        for names, needed in forms:
            if len(forms) > 1:
                lines.append("    @overload")
            lines += wrapped(f"    def {self.name}(", self.parameters(names, needed, True),
                             f") -> {result.format(self.gives)}: ...")
        return lines


def wrapped(start, parts, end):
    """One line, or several that fit."""
    line = start + ", ".join(parts) + end
    if len(line) <= WIDTH:
        return [line]
    indent = " " * (len(start) - len(start.lstrip()) + 8)
    lines = [indent + parts[0]]
    for part in parts[1:]:
        if len(lines[-1]) + len(part) + 3 <= WIDTH:
            lines[-1] += ", " + part
        else:
            lines[-1] += ","
            lines.append(indent + part)
    if len(lines[-1]) + len(end) <= WIDTH:
        return [start, *lines[:-1], lines[-1] + end]
    return [start, *lines, indent + end.lstrip()]


def modules(tools):
    """File name -> text."""
    types = Types()
    actions = [Action(tool, types) for tool in tools]
    source = [MADE.format(what="A method for each action."), "",
              "class Actions:", '    """A method for each action, for those who have _act."""', "",
              "    def _act(self, action, given, call):", "        raise NotImplementedError", ""]
    for action in actions:
        source += action.source() + [""]
    source += ["", "class AsyncActions(Actions):",
               '    """The same as coroutines: _act is one."""']
    stub = ["from typing import (Any, Coroutine, Dict, List, Literal, Mapping, Optional, Sequence, Union,",
            "                    overload)", "", "from .result import CallOptions, Result",
            *wrapped("from .types import (", sorted(types.used), ")"), ""]
    for name, result, act in (
            ("Actions", "Result[{}]", "Result[Any]"),
            ("AsyncActions", "Coroutine[Any, Any, Result[{}]]", "Coroutine[Any, Any, Result[Any]]")):
        stub += [f"class {name}:", "    def _act(self, action: str, given: Dict[str, Any],",
                 f"             call: Optional[CallOptions]) -> {act}: ..."]
        for action in actions:
            stub += action.stub(result)
        stub.append("")
    return {"actions.py": "\n".join(source) + "\n", "actions.pyi": "\n".join(stub[:-1]) + "\n",
            "types.py": types.text()}


def main(arguments):
    """Writes, or compares."""
    check = "--check" in arguments
    named = [word for word in arguments if not word.startswith("--")]
    # the file alone, since the package wants what is made here
    spec = importlib.util.spec_from_file_location("_abi", PACKAGE / "_abi.py")
    abi = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(abi)
    tools = json.loads(abi.load(named[0] if named else None).actions_json())["tools"]
    stale = []
    for name, text in modules(tools).items():
        path = PACKAGE / name
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text)
    if check and stale:
        print(f"out of step with the plugin: {', '.join(stale)}; run make stubs")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
