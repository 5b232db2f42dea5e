#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "export_n8n.h"
#include "json_text.h"
#include "memory.h"

static const char send_ts[] =
    "import type { IDataObject, IExecuteSingleFunctions, IHttpRequestOptions } from "
    "'n8n-workflow';\n"
    "\n"
    "type Send = (this: IExecuteSingleFunctions, options: IHttpRequestOptions) => "
    "Promise<IHttpRequestOptions>;\n"
    "\n"
    "/** A field of the form that is JSON, wherever the form has it. */\n"
    "function jsonField(from: IExecuteSingleFunctions, name: string): IDataObject {\n"
    "\tconst others = from.getNodeParameter('additionalFields', {}) as IDataObject;\n"
    "\tconst value = others[name] ?? from.getNodeParameter(name, '{}');\n"
    "\treturn (typeof value === 'string' ? JSON.parse(value) : value) as IDataObject;\n"
    "}\n"
    "\n"
    "/** Sends the field `body` as all of the body. */\n"
    "export const wholeBody: Send = async function (options) {\n"
    "\treturn { ...options, body: jsonField(this, 'body') };\n"
    "};\n"
    "\n"
    "/** Sends the field `parameters` as all of the query. */\n"
    "export const wholeQuery: Send = async function (options) {\n"
    "\treturn { ...options, qs: jsonField(this, 'parameters') };\n"
    "};\n"
    "\n"
    "/** Sends the body as a form, with the file from the binary field that `file` names. */\n"
    "export const sendFile: Send = async function (options) {\n"
    "\tconst field = this.getNodeParameter('file', 'data') as string;\n"
    "\tconst binary = this.helpers.assertBinaryData(field);\n"
    "\tconst bytes = await this.helpers.getBinaryDataBuffer(field);\n"
    "\tconst form = new FormData();\n"
    "\tfor (const [name, value] of Object.entries((options.body ?? {}) as Record<string, "
    "unknown>)) {\n"
    "\t\tform.append(name, String(value));\n"
    "\t}\n"
    "\tform.append('file', new Blob([new Uint8Array(bytes)], { type: binary.mimeType }), "
    "binary.fileName ?? field);\n"
    "\treturn { ...options, body: form as unknown as IHttpRequestOptions['body'] };\n"
    "};\n";

static const char credential[] =
    "import type {\n"
    "\tIAuthenticateGeneric,\n"
    "\tICredentialDataDecryptedObject,\n"
    "\tICredentialTestRequest,\n"
    "\tICredentialType,\n"
    "\tIHttpRequestHelper,\n"
    "\tINodeProperties,\n"
    "} from 'n8n-workflow';\n"
    "\n"
    "export class %sApi implements ICredentialType {\n"
    "\tname = '%sApi';\n"
    "\n"
    "\tdisplayName = %s;\n"
    "\n"
    "\tproperties: INodeProperties[] = [\n"
    "\t\t{\n"
    "\t\t\tdisplayName: 'Session Token',\n"
    "\t\t\tname: 'sessionToken',\n"
    "\t\t\ttype: 'hidden',\n"
    "\t\t\ttypeOptions: { expirable: true, password: true },\n"
    "\t\t\tdefault: '',\n"
    "\t\t},\n"
    "\t\t{\n"
    "\t\t\tdisplayName: 'Cloud',\n"
    "\t\t\tname: 'url',\n"
    "\t\t\ttype: 'options',\n"
    "\t\t\toptions: %s,\n"
    "\t\t\tdefault: %s,\n"
    "\t\t},\n"
    "\t\t{ displayName: 'Client ID', name: 'clientId', type: 'string', required: true, default: '' "
    "},\n"
    "\t\t{\n"
    "\t\t\tdisplayName: 'Client Secret',\n"
    "\t\t\tname: 'clientSecret',\n"
    "\t\t\ttype: 'string',\n"
    "\t\t\ttypeOptions: { password: true },\n"
    "\t\t\trequired: true,\n"
    "\t\t\tdefault: '',\n"
    "\t\t},\n"
    "\t];\n"
    "\n"
    "\tasync preAuthentication(this: IHttpRequestHelper, credentials: "
    "ICredentialDataDecryptedObject) {\n"
    "\t\tconst answer = (await this.helpers.httpRequest({\n"
    "\t\t\tmethod: 'POST',\n"
    "\t\t\turl: `${String(credentials.url)}%s`,\n"
    "\t\t\theaders: { 'Content-Type': 'application/x-www-form-urlencoded' },\n"
    "\t\t\tbody: new URLSearchParams({\n"
    "\t\t\t\tclient_id: String(credentials.clientId),\n"
    "\t\t\t\tclient_secret: String(credentials.clientSecret),\n"
    "\t\t\t}).toString(),\n"
    "\t\t})) as { access_token: string };\n"
    "\t\treturn { sessionToken: answer.access_token };\n"
    "\t}\n"
    "\n"
    "\tauthenticate: IAuthenticateGeneric = {\n"
    "\t\ttype: 'generic',\n"
    "\t\tproperties: { headers: { Authorization: '=Bearer {{$credentials.sessionToken}}' } },\n"
    "\t};\n"
    "\n"
    "\ttest: ICredentialTestRequest = { request: { baseURL: '={{$credentials.url}}', url: %s } };\n"
    "}\n";

static const char node[] = "import type { INodeType, INodeTypeDescription } from 'n8n-workflow';\n"
                           "%s\n"
                           "export class %s implements INodeType {\n"
                           "\tdescription: INodeTypeDescription = {\n"
                           "\t\tdisplayName: %s,\n"
                           "\t\tname: '%s',\n"
                           "\t\tgroup: ['transform'],\n"
                           "\t\tversion: 1,\n"
                           "\t\tsubtitle: '={{$parameter[\"operation\"]}}',\n"
                           "\t\tdescription: %s,\n"
                           "\t\tdefaults: { name: %s },\n"
                           "\t\tinputs: ['main'] as INodeTypeDescription['inputs'],\n"
                           "\t\toutputs: ['main'] as INodeTypeDescription['outputs'],\n"
                           "\t\tusableAsTool: true,\n"
                           "\t\tcredentials: [{ name: '%sApi', required: true }],\n"
                           "\t\trequestDefaults: { baseURL: '={{$credentials.url}}', arrayFormat: "
                           "'repeat', json: true },\n"
                           "\t\tproperties: [\n"
                           "\t\t\t{\n"
                           "\t\t\t\tdisplayName: 'Resource',\n"
                           "\t\t\t\tname: 'resource',\n"
                           "\t\t\t\ttype: 'options',\n"
                           "\t\t\t\tnoDataExpression: true,\n"
                           "\t\t\t\toptions: %s,\n"
                           "\t\t\t\tdefault: %s,\n"
                           "\t\t\t},\n"
                           "%s"
                           "\t\t],\n"
                           "\t};\n"
                           "}\n";

/* In place of a quoted placeholder, what stands between its marks. */
static void unquote(char *text, const char *placeholder)
{
    char *quoted_one = host_format("\"%s\"", placeholder), *at;
    size_t len = strlen(quoted_one);
    while ((at = strstr(text, quoted_one)) != NULL) {
        memmove(at, at + 2, len - 4);
        memmove(at + len - 4, at + len, strlen(at + len) + 1);
    }
    free(quoted_one);
}

/* JSON is TypeScript, but for the functions that placeholders stand for. */
static char *typescript(struct json_object *value)
{
    char *text = host_strdup(json_object_to_json_string_ext(
        value, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_PRETTY_TAB | JSON_C_TO_STRING_SPACED |
                   JSON_C_TO_STRING_NOSLASHESCAPE));
    unquote(text, N8N_SEND_FILE);
    unquote(text, N8N_WHOLE_BODY);
    unquote(text, N8N_WHOLE_QUERY);
    return text;
}

static char *quoted(const char *text)
{
    struct json_object *value = make_text(text);
    char *result = typescript(value);
    json_object_put(value);
    return result;
}

bool n8n_write_group(const struct export *export, const char *group, struct json_object *properties)
{
    char *text = typescript(properties);
    char *file = host_format("import type { INodeProperties } from 'n8n-workflow';\n"
                             "import { sendFile, wholeBody, wholeQuery } from './send';\n\n"
                             "export const %s: INodeProperties[] = %s;\n",
                             group, text);
    bool fine = export_write_text(export, file, "nodes/%s/%s.ts", export->pascal, group);
    free(text);
    free(file);
    json_object_put(properties);
    return fine;
}

/* The first letter small, as names in n8n are. */
static char *small(const char *pascal)
{
    char *name = host_strdup(pascal);
    if (*name >= 'A' && *name <= 'Z')
        *name = (char)(*name - 'A' + 'a');
    return name;
}

static bool write_node(const struct export *export, struct json_object *groups)
{
    char *imports = host_strdup(""), *spreads = host_strdup(""), *name = small(export->pascal);
    struct json_object *options = json_object_new_array();
    for (size_t i = 0; i < json_object_array_length(groups); i++) {
        const char *group = json_object_get_string(json_object_array_get_idx(groups, i));
        char *words = make_words(group, ' ');
        char *more = host_format("%simport { %s } from './%s';\n", imports, group, group);
        char *spread = host_format("%s\t\t\t...%s,\n", spreads, group);
        free(imports);
        free(spreads);
        imports = more;
        spreads = spread;
        json_object_array_add(
            options, make_object("name", make_text(words), "value", make_text(group), NULL));
        free(words);
    }
    const char *first = json_object_get_string(json_object_array_get_idx(groups, 0));
    char *title = quoted(export->title), *description = quoted(export->description);
    char *list = typescript(options), *preset = quoted(first ? first : "");
    char *file = host_format(node, imports, export->pascal, title, name, description, title, name,
                             list, preset, spreads);
    bool fine =
        export_write_text(export, file, "nodes/%s/%s.node.ts", export->pascal, export->pascal);
    char *const all[] = {imports, spreads, name, title, description, list, preset, file};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        free(all[i]);
    json_object_put(options);
    return fine;
}

/* A path that reads and wants nothing, to try the credential on. */
static const char *test_path(const struct export *export)
{
    for (size_t i = 0; i < export->actions->n; i++) {
        const struct action *action = &export->actions->items[i];
        if (action->effect == EFFECT_READ && action->paged)
            return json_get_text(action->meta, "path");
    }
    return "/";
}

static bool write_credential(const struct export *export)
{
    struct json_object *servers = json_get(export->meta, "servers");
    struct json_object *options = json_object_new_array(), *first = NULL;
    for (size_t i = 0; servers && i < json_object_array_length(servers); i++) {
        struct json_object *server = json_object_array_get_idx(servers, i);
        first = first ? first : json_get(server, "url");
        json_object_array_add(options,
                              make_object("name", make_copy(json_get(server, "name")), "value",
                                          make_copy(json_get(server, "url")), NULL));
    }
    char *name = small(export->pascal), *title = host_format("%s API", export->title);
    char *title_text = quoted(title), *list = typescript(options);
    char *preset = quoted(first ? json_object_get_string(first) : ""),
         *test = quoted(test_path(export));
    const char *token = json_get_text(export->meta, "token_path");
    char *file = host_format(credential, export->pascal, name, title_text, list, preset,
                             token ? token : "/oauth2/token", test);
    bool fine = export_write_text(export, file, "credentials/%sApi.credentials.ts", export->pascal);
    char *const all[] = {name, title, title_text, list, preset, test, file};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        free(all[i]);
    json_object_put(options);
    return fine;
}

static struct json_object *list_of(struct json_object *one)
{
    struct json_object *list = json_object_new_array();
    json_object_array_add(list, one);
    return list;
}

bool n8n_write_rest(const struct export *export, struct json_object *groups)
{
    struct json_object *package = make_object(
        "name", make_format("n8n-nodes-%s", export->kebab), "version", make_text(export->version),
        "description", make_text(export->description), "license", make_text("MIT"), "keywords",
        json_tokener_parse("[\"n8n-community-node-package\"]"), "scripts",
        json_tokener_parse("{\"build\":\"tsc\"}"), "files", json_tokener_parse("[\"dist\"]"), "n8n",
        make_object(
            "n8nNodesApiVersion", make_int(1), "credentials",
            list_of(make_format("dist/credentials/%sApi.credentials.js", export->pascal)), "nodes",
            list_of(make_format("dist/nodes/%s/%s.node.js", export->pascal, export->pascal)), NULL),
        "peerDependencies", json_tokener_parse("{\"n8n-workflow\":\"*\"}"), NULL);
    struct json_object *compiler = json_tokener_parse(
        "{\"compilerOptions\":{\"strict\":true,\"module\":\"commonjs\",\"target\":\"es2021\","
        "\"lib\":[\"es2022\",\"dom\"],\"outDir\":\"dist\",\"skipLibCheck\":true,"
        "\"esModuleInterop\":true,\"useUnknownInCatchVariables\":true},"
        "\"include\":[\"nodes/**/*.ts\",\"credentials/**/*.ts\"]}");
    struct json_object *codex = make_object(
        "node", make_format("n8n-nodes-%s.%s", export->kebab, export->pascal), "nodeVersion",
        make_text("1.0"), "codexVersion", make_text("1.0"), "categories",
        json_tokener_parse("[\"Development\",\"Utility\"]"), "alias", make_copy(groups), NULL);
    return write_node(export, groups) && write_credential(export) &&
           export_write_text(export, send_ts, "nodes/%s/send.ts", export->pascal) &&
           export_write_json(export, codex, "nodes/%s/%s.node.json", export->pascal,
                             export->pascal) &&
           export_write_json(export, package, "package.json") &&
           export_write_json(export, compiler, "tsconfig.json");
}
