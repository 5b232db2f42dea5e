/* soar_call.py: Python engines carry out an action by soarhost. Their forms know texts only, so texts are
 * turned into what the action's schema asks for. */
#include <stdlib.h>
#include <string.h>

#include "export.h"
#include "memory.h"

static const char before[] =
    "\"\"\"Carries out an action of a plugin by soarhost (on PATH, or named by SOARHOST).\"\"\"\n"
    "\n"
    "import json\n"
    "import os\n"
    "import subprocess\n"
    "import tempfile\n"
    "\n";

static const char after[] =
    "\n"
    "\n"
    "def value_of(kind, given):\n"
    "    \"\"\"What a form gave, as the kind of value that the action takes.\"\"\"\n"
    "    if not isinstance(given, str):\n"
    "        return given\n"
    "    text = given.strip()\n"
    "    if kind in (\"integer\", \"number\"):\n"
    "        return json.loads(text)\n"
    "    if kind == \"boolean\":\n"
    "        return text.lower() in (\"true\", \"yes\", \"1\", \"on\")\n"
    "    if kind == \"array\" and text[:1] not in (\"[\", \"{\"):\n"
    "        return [part.strip() for part in text.split(\",\") if part.strip()]\n"
    "    return json.loads(text) if kind in (\"array\", \"object\") else given\n"
    "\n"
    "\n"
    "def input_of(action, given):\n"
    "    \"\"\"The input of an action without what the form left empty.\"\"\"\n"
    "    kinds = INPUTS[action]\n"
    "    return {name: value_of(kinds[name], value) for name, value in given.items()\n"
    "            if name in kinds and value is not None and value != \"\"}\n"
    "\n"
    "\n"
    "def config_text(settings):\n"
    "    \"\"\"The plugin's configuration, secrets by reference, and the environment that holds "
    "them.\"\"\"\n"
    "    sections, secrets = {}, {}\n"
    "    for name, value in settings.items():\n"
    "        if name not in SETTINGS or value is None or value == \"\":\n"
    "            continue\n"
    "        key, kind, secret = SETTINGS[name]\n"
    "        section, key = key.split(\".\", 1)\n"
    "        if secret:\n"
    "            secrets[\"SOAR_\" + name.upper()] = str(value)\n"
    "            value = \"env:SOAR_\" + name.upper()\n"
    "        sections.setdefault(section, {})[key] = value_of(kind, value)\n"
    "    lines = []\n"
    "    for section, keys in sections.items():\n"
    "        lines += [section + \" = {\"]\n"
    "        lines += [\"  %s = %s;\" % (key, json.dumps(value)) for key, value in keys.items()]\n"
    "        lines += [\"};\"]\n"
    "    return \"\\n\".join(lines) + \"\\n\", secrets\n"
    "\n"
    "\n"
    "def call(action, given, settings, timeout_ms=None):\n"
    "    \"\"\"The result document of one call. Never raises for what the service or the plugin "
    "answers.\"\"\"\n"
    "    text, secrets = config_text(settings)\n"
    "    with tempfile.NamedTemporaryFile(\"w\", suffix=\".conf\") as config:\n"
    "        config.write(text)\n"
    "        config.flush()\n"
    "        command = [os.environ.get(\"SOARHOST\", \"soarhost\"), \"--json\", \"--config\", "
    "config.name]\n"
    "        if timeout_ms:\n"
    "            command += [\"--timeout\", str(int(timeout_ms))]\n"
    "        done = subprocess.run(command + [\"invoke\", action, \"-\"], text=True, check=False,\n"
    "                              input=json.dumps(input_of(action, given)),\n"
    "                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,\n"
    "                              env={**os.environ, **secrets})\n"
    "    try:\n"
    "        return json.loads(done.stdout)\n"
    "    except ValueError:\n"
    "        return {\"ok\": False, \"status\": \"INTERNAL\",\n"
    "                \"error\": {\"code\": \"INTERNAL\", \"reason\": \"no_result\",\n"
    "                          \"message\": done.stderr.strip() or \"soarhost gave no result\"}}\n"
    "\n"
    "\n"
    "def message_of(document):\n"
    "    \"\"\"One line on what became of a call.\"\"\"\n"
    "    if document.get(\"ok\"):\n"
    "        return \"done\"\n"
    "    error = document.get(\"error\") or {}\n"
    "    return \": \".join(part for part in (document.get(\"status\"), error.get(\"message\"),\n"
    "                                       error.get(\"hint\")) if part)\n";

char *export_runner(const struct export *export)
{
    struct json_object *inputs = json_object_new_object(), *settings = json_object_new_object();
    struct export_fields fields;
    for (size_t i = 0; i < export->actions->n; i++) {
        struct json_object *kinds = json_object_new_object();
        export_inputs(&export->actions->items[i], &fields);
        for (size_t j = 0; j < fields.n; j++)
            json_object_object_add(kinds, fields.items[j].path, make_text(fields.items[j].kind));
        export_fields_done(&fields);
        json_object_object_add(inputs, export->actions->names[i], kinds);
    }
    export_config(export, &fields);
    for (size_t i = 0; i < fields.n; i++) {
        struct json_object *setting = json_object_new_array();
        char *name = make_words(fields.items[i].path, '_');
        json_object_array_add(setting, make_text(fields.items[i].path));
        json_object_array_add(setting, make_text(fields.items[i].kind));
        json_object_array_add(setting, make_int(fields.items[i].secret));
        json_object_object_add(settings, name, setting);
        free(name);
    }
    export_fields_done(&fields);
    char *text = host_format(
        "%sINPUTS = %s\n\nSETTINGS = %s\n%s", before,
        json_object_to_json_string_ext(inputs, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED),
        json_object_to_json_string_ext(settings, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED),
        after);
    json_object_put(inputs);
    json_object_put(settings);
    return text;
}
