/* Where the values of a field stand, as SQL over the column `doc`. */
#include "fql_ast.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *fql_path_cut(const char *paths, struct fql_path *ret_path)
{
    size_t length = strcspn(paths, "|");
    char copy[160], *rest = copy, *brackets;
    memset(ret_path, 0, sizeof *ret_path);
    snprintf(copy, sizeof copy, "%.*s", (int)length, paths);
    while (ret_path->array_count < 2 && (brackets = strstr(rest, "[]")) != NULL) {
        *brackets = '\0';
        snprintf(ret_path->arrays[ret_path->array_count++], sizeof ret_path->arrays[0], "%.90s",
                 rest);
        rest = brackets + 2;
        if (*rest == '.') {
            rest++;
        }
    }
    snprintf(ret_path->leaf, sizeof ret_path->leaf, "%.90s", rest);
    return paths[length] == '|' ? paths + length + 1 : NULL;
}

void fql_operand_of(const struct fql_path *path, struct fql_operand *ret_operand)
{
    static const char *const documents[] = {"doc", "e1.value", "e2.value"};
    const char *document = documents[path->array_count];
    if (path->leaf[0] == '\0') {
        snprintf(ret_operand->value, sizeof ret_operand->value, "%s", document);
    } else {
        snprintf(ret_operand->value, sizeof ret_operand->value, "json_extract(%s,'$.%s')", document,
                 path->leaf);
    }
    if (path->array_count == 0) {
        ret_operand->from[0] = '\0';
    } else if (path->array_count == 1) {
        snprintf(ret_operand->from, sizeof ret_operand->from, "json_each(doc,'$.%s') AS e1",
                 path->arrays[0]);
    } else {
        snprintf(ret_operand->from, sizeof ret_operand->from,
                 "json_each(doc,'$.%s') AS e1, json_each(e1.value,'$.%s') AS e2", path->arrays[0],
                 path->arrays[1]);
    }
}

char *fql_value_sql(const struct fql_field *field)
{
    struct fql_path path;
    struct fql_operand operand;
    char *sql = NULL;
    fql_path_cut(field->paths, &path);
    fql_operand_of(&path, &operand);
    if (path.array_count == 0) {
        return strdup(operand.value);
    }
    if (asprintf(&sql, "(SELECT min(%s) FROM %s)", operand.value, operand.from) < 0) {
        return NULL;
    }
    return sql;
}
