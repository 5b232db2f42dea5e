/*
 * config_lib.h - libconfig at arm's length: a text in, a tree of settings out.
 *
 * libconfig's names are generic and carry no version (config_init), so that a host which exports
 * one of them would be called in its place. Therefore its functions are taken from its own handle,
 * and config_bind.c sees to it that it calls itself and not the host. No other file includes libconfig.h.
 */
#ifndef FCM_CONFIG_LIB_H
#define FCM_CONFIG_LIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A parsed configuration. One thread at a time. */
struct config_doc;

enum config_kind {
    CONFIG_KIND_GROUP,
    CONFIG_KIND_LIST, /* "[...]" or "(...)" */
    CONFIG_KIND_STRING,
    CONFIG_KIND_INT,
    CONFIG_KIND_FLOAT,
    CONFIG_KIND_BOOL
};

/* A setting, by value; name, string and setting are the document's. */
struct config_node {
    enum config_kind kind;
    const char *name;   /* "" for an element of a list */
    unsigned line;      /* from 1 */
    size_t n;           /* members of a group, elements of a list */
    const char *string; /* CONFIG_KIND_STRING */
    int64_t integer;    /* CONFIG_KIND_INT; CONFIG_KIND_BOOL: 0 or 1 */
    bool hex;           /* an integer that was written as 0x...: may have lost its upper bits */
    const void *setting;
};

/* config_doc_parse - parses text (NUL at the end, as config_text_prepare makes it). On success *ret
 * is to be freed with config_doc_free.
 * Errors: SOAR_INVALID_ARGUMENT (syntax, a name twice; where = "config line N"),
 * SOAR_FAILED_PRECONDITION reason "libconfig_interposed" (the host exports a function of
 * libconfig's name) or "libconfig_missing". */
bool config_doc_parse(const char *text, struct config_doc **ret, struct error *err);

/* config_doc_root - the group of everything. */
struct config_node config_doc_root(const struct config_doc *doc);
/* config_doc_item - the i-th member of a group or element of a list; i < node.n. */
struct config_node config_doc_item(const struct config_doc *doc, struct config_node node, size_t i);

/* config_doc_keep_library - libconfig stays loaded after the document until config_doc_drop_library: to
 * load it again takes longer than to read a configuration. Once a document, last before it is freed. */
void *config_doc_keep_library(struct config_doc *doc);
void config_doc_drop_library(void *library);

/* config_doc_free - wipes every string, frees. NULL is fine. */
void config_doc_free(struct config_doc *doc);

#endif
