/* Filters, sorts and free text of any bytes: each is refused with a text, or runs as SQL to its end
 * and finds each document once. The first byte chooses the collection, the second what the rest is. */
#include "../sandbox/fql.h"
#include "../sandbox/seed.h"
#include "../sandbox/store.h"
#include "fuzz.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sb_store *store;

static void open_store(void)
{
    static const struct sb_options options = {.token_ttl_s = 1799, .region = "us-1"};
    char error[512];
    store = sb_store_new(NULL, error, sizeof error);
    fuzz_assert(store != NULL && sb_seed(store, &options, 30, error, sizeof error));
    sb_store_lock(store);
}

static void run(const struct fql_collection *collection, const struct fql_where *where,
                const char *sort, int64_t tenant)
{
    struct fql_order order;
    char *sql = NULL;
    sqlite3_stmt *statement = NULL;
    int64_t before = -1;
    fuzz_assert(fql_order(collection, sort, tenant, &order));
    fuzz_assert(asprintf(&sql, "SELECT d.seq FROM (%s) AS d%s ORDER BY %s", where->sql, order.from,
                         sort == NULL ? "d.seq" : order.by) > 0);
    fuzz_assert(sqlite3_prepare_v2(sb_store_db(store), sql, -1, &statement, NULL) == SQLITE_OK);
    fuzz_assert(fql_where_bind(where, statement, 1) == (int)where->bind_count + 1);
    int code;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        int64_t seq = sqlite3_column_int64(statement, 0);
        fuzz_assert(sort != NULL || seq > before); /* none twice */
        before = seq;
    }
    fuzz_assert(code == SQLITE_DONE);
    sqlite3_finalize(statement);
    fql_order_done(&order);
    free(sql);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (store == NULL) {
        open_store();
    }
    size_t collections = 0;
    while (fql_collections[collections] != NULL) {
        collections++;
    }
    if (size < 2 || size > 4096) {
        return 0;
    }
    const struct fql_collection *collection = fql_collections[bytes[0] % collections];
    char *text = strndup((const char *)bytes + 2, size - 2);
    struct fql_context context = {.now_ms = INT64_C(1764000000000),
                                  .precedence = bytes[1] & 1 ? FQL_OR_FIRST : FQL_AND_FIRST,
                                  .tenant = sb_store_tenant(store, SB_SEED_CID)};
    struct fql_where where = {0};
    char error[FQL_ERROR_SIZE] = "";
    char *words = (bytes[1] & 6) == 2 && collection->words != NULL ? fql_free_text(text) : NULL;
    const char *filter = (bytes[1] & 6) == 0 ? text : NULL;
    const char *sort = (bytes[1] & 6) == 4 ? text : NULL;
    context.words = words;
    if (fql_compile(collection, filter, &context, &where, error)) {
        run(collection, &where, sort, context.tenant);
        fql_where_done(&where);
    } else {
        fuzz_assert(error[0] != '\0' && where.sql == NULL);
    }
    free(words);
    free(text);
    return 0;
}
