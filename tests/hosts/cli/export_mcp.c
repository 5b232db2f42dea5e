/* Model Context Protocol: what tools/list answers, and how a client starts the server. The listing of a
 * plugin is such a result already. */
#include <string.h>

#include "export.h"
#include "json_text.h"

bool export_mcp(const struct export *export)
{
    struct json_object *tools =
        make_object("tools", make_copy(json_get(export->actions->document, "tools")), "_meta",
                    make_copy(export->meta), NULL);
    struct json_object *args = json_object_new_array();
    json_object_array_add(args, make_text("--config"));
    json_object_array_add(args, make_format("/etc/soar/%s.conf", export->name));
    json_object_array_add(args, make_text("mcp"));
    struct json_object *server = make_object("type", make_text("stdio"), "command",
                                             make_text("soarhost"), "args", args, NULL);
    struct json_object *servers = make_object(export->kebab, server, NULL);
    return export_write_json(export, tools, "tools.json") &&
           export_write_json(export, make_object("mcpServers", servers, NULL), "mcp.json");
}
