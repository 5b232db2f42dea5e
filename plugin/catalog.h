/*
 * catalog.h - the shape of the constant tables that the build makes from manifests/, and the lookup
 * over them. Types here are plain data; every stage may read them. All of it is immutable and may
 * be read from any thread.
 */
#ifndef FCM_CATALOG_H
#define FCM_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ------------------------------------------------------------------ schemas */

/* Types of JSON values, as bits of schema.types. An integer is a number without a fraction; a
 * schema that says "number" accepts integers too. */
enum schema_type {
    SCHEMA_NULL = 1,
    SCHEMA_BOOLEAN = 2,
    SCHEMA_INTEGER = 4,
    SCHEMA_NUMBER = 8,
    SCHEMA_STRING = 16,
    SCHEMA_ARRAY = 32,
    SCHEMA_OBJECT = 64
};

/* Which of the bounds of a schema are set, and what else it accepts; bits of schema.flags. */
enum schema_flag {
    SCHEMA_HAS_MINIMUM = 1 << 0,
    SCHEMA_HAS_MAXIMUM = 1 << 1,
    SCHEMA_EXCLUSIVE_MINIMUM = 1 << 2, /* the minimum itself is out */
    SCHEMA_EXCLUSIVE_MAXIMUM = 1 << 3,
    SCHEMA_UNIQUE_ITEMS = 1 << 4,
    SCHEMA_ACCEPT_NOTHING = 1 << 5, /* the boolean schema false */
    SCHEMA_SPLIT = 1 << 6,          /* x-split: a string stands for a comma-separated list */
    SCHEMA_LIST = 1 << 7,           /* x-list: one item stands for a list of it */
    SCHEMA_ID = 1 << 8              /* x-type: the id of something at the service */
};

/* Where an input goes; x-in of the manifest. SCHEMA_IN_NONE for everything below the top level. */
enum schema_in {
    SCHEMA_IN_NONE,
    SCHEMA_IN_QUERY,
    SCHEMA_IN_BODY,
    SCHEMA_IN_FORM,
    SCHEMA_IN_FILE,
    SCHEMA_IN_LOCAL,
    SCHEMA_IN_WHOLE_QUERY,
    SCHEMA_IN_WHOLE_BODY,
    SCHEMA_IN_WHOLE_FORM
};

struct schema;

/* A named member of an object schema. */
struct schema_property {
    const char *name;
    const struct schema *schema;
};

/* One node of a compiled JSON Schema. Lengths count Unicode characters. -1 = no such limit. */
struct schema {
    uint16_t types;   /* allowed types (enum schema_type); 0 = any */
    uint16_t flags;   /* enum schema_flag */
    uint8_t in;       /* enum schema_in */
    const char *wrap; /* x-wrap: member name that a plain string is put under; NULL = none */
    double minimum, maximum;
    int64_t min_length, max_length;
    int64_t min_items, max_items;
    int64_t min_properties, max_properties;
    const struct schema_property *properties; /* sorted by name (strcmp) */
    size_t n_properties;
    const char *const *required;
    size_t n_required;
    const struct schema *additional; /* for members not in properties; NULL = anything */
    const struct schema *items;      /* for each item of an array; NULL = anything */
    const char *const *enum_values;  /* each allowed value as JSON text; const = list of one */
    size_t n_enum;
    const struct schema *const *any_of;
    size_t n_any_of;
    const struct schema *const *one_of;
    size_t n_one_of;
    const struct schema *const *all_of;
    size_t n_all_of;
    const struct schema *not_schema;
    const struct schema *if_schema, *then_schema, *else_schema;
    const char *reason; /* SCHEMA_ACCEPT_NOTHING: why not, for messages; NULL = nothing to add */
};

/* ------------------------------------------------------------------ actions */

enum action_body { BODY_NONE, BODY_OBJECT, BODY_LIST, BODY_MULTIPART };
enum action_answer { ANSWER_RESOURCES, ANSWER_EMPTY, ANSWER_VALUE, ANSWER_FILE };
enum action_retry { RETRY_SAFE, RETRY_IDEMPOTENT, RETRY_RECONCILE, RETRY_NEVER };
enum action_paging { PAGING_NONE, PAGING_OFFSET, PAGING_AFTER };

/* Bits of action.annotations, the hints of the Model Context Protocol. */
enum action_annotation {
    ANNOTATION_READ_ONLY = 1,
    ANNOTATION_DESTRUCTIVE = 2,
    ANNOTATION_IDEMPOTENT = 4,
    ANNOTATION_OPEN_WORLD = 8
};

/* A rule over several values: the items of all lists together, or the characters of all strings
 * of one list together, are at most max. */
struct action_limit {
    bool joined_chars;           /* false: sum of items */
    const char *const *pointers; /* JSON Pointers into the input */
    size_t n_pointers;
    int64_t max;
};

/* ------------------------------------------------------------------ looking again */

/* Where a value comes from that a look at the service needs. */
enum fact_from {
    FACT_INPUT,       /* the call's input, at the JSON Pointer `text` */
    FACT_ANSWER,      /* the resources that the look before found */
    FACT_SINCE,       /* when the write was first sent, by the service's clock, less some slack */
    FACT_FILE_NAME,   /* of the file that was uploaded */
    FACT_FILE_SIZE,   /* in bytes */
    FACT_FILE_SHA256, /* in hexadecimal */
    FACT_MARKER,      /* what retry.marker put into the write; none where it put nothing */
    FACT_VALUE        /* the JSON value `text` */
};

struct fact {
    enum fact_from from;
    const char *text;
    const char *otherwise; /* FACT_INPUT: JSON value where the input has none; NULL = none */
};

/* A condition of a filter in the Falcon Query Language. One whose value is not there, or cannot be
 * written in a filter for certain, is left out: a filter only makes the search smaller. */
struct look_term {
    const char *field;
    const char *operator; /* "" = equal */
    struct fact fact;
};

/* An input of a look: a value, or the filter of some terms. */
struct look_input {
    const char *name;
    struct fact fact;
    const struct look_term *terms;
    size_t n_terms; /* > 0: the filter */
};

/* One read of the service by another action. */
struct look {
    const char *action;
    const struct look_input *inputs;
    size_t n_inputs;
};

/* How a resource's value is held against a fact. */
enum match_how {
    MATCH_EQUAL,  /* the same value; white space around strings aside */
    MATCH_SAME,   /* as COVERS, and nothing more in the resource's list */
    MATCH_COVERS, /* each item of the fact's list is in the resource's: at least its members */
    MATCH_LACKS,  /* no item of the fact's list is in the resource's */
    MATCH_ENDS,   /* the fact's text ends with the resource's */
    MATCH_SINCE,  /* a time, not before the fact */
    MATCH_BEFORE, /* a time before the fact */
    MATCH_NEXT    /* an integer, by one more than the fact */
};

struct match {
    const char *at; /* JSON Pointer into the resource */
    enum match_how how;
    const char *each; /* SAME, COVERS: pointer into the resource's items; NULL = the item itself */
    struct fact fact;
    bool loose;    /* a difference leaves doubt instead of saying no */
    bool optional; /* says nothing where the fact is not there */
};

enum reconcile_finds {
    RECONCILE_NEW,   /* the write makes something: it landed where one thing fits all of `match` */
    RECONCILE_STATE, /* it changes something: it landed where the thing looks as was asked */
    RECONCILE_GONE   /* it takes things away: it landed where none of them is there any more */
};

/* How to find out whether a write whose answer was lost took effect. */
struct reconcile {
    enum reconcile_finds finds;
    const struct look *looks; /* one after another; the resources of the last are judged */
    size_t n_looks;
    const struct match *match;
    size_t n_match;
    const struct match *absent; /* STATE: any of these proves that the write did not land; none =
                                   whatever does not fit */
    size_t n_absent;
    const struct match *conflict; /* STATE: all of these prove that somebody else came first */
    size_t n_conflict;
    const char *all_of;  /* pointer into the input: each member there must stand in match; NULL */
    const char *gone_of; /* GONE: pointer to the ids in the input; they are the resources */
    const char *marker;  /* pointer to the list of the input that can carry a marker; NULL = none */
    bool repeat;         /* where it certainly did not land it may be sent again */
    bool certain;        /* what fits is proof; false: it is a candidate only */
};

/* What to tell when the service refuses a stale version: read by look, from the resource. */
struct stale {
    struct look look;
    const char *const *names; /* members of error.present */
    const char *const *pointers;
    size_t n;
};

/* ------------------------------------------------------------------ actions */

/* One operation of the service. */
struct action {
    const char *name;
    const char *operation_id;
    const char *group; /* folder of its manifest */
    bool documented;
    const char *method; /* "GET", "POST", ... */
    const char *path;   /* begins with "/" */
    const int *success; /* ends with 0 */
    enum action_body body;
    enum action_answer answer;
    const char *const *links; /* ANSWER_FILE: JSON Pointers; ends with NULL; NULL = none */
    const char *scope_name;
    bool scope_write;
    uint32_t annotations; /* enum action_annotation */
    enum action_retry retry;
    enum action_paging paging;
    int64_t page_max;
    const char *page_sort;   /* sort of a list that is read to its end; NULL = none */
    const char *chunk_input; /* NULL = no chunks */
    int64_t chunk_max;
    bool restore_order;
    const struct action_limit *limits;
    size_t n_limits;
    const struct reconcile *reconcile; /* NULL = nothing tells whether a lost write landed */
    const struct stale *stale;         /* NULL = it takes no expected version */
    const struct schema *input;
};

/* ------------------------------------------------------------------ the service */

/* A cloud of the service. */
struct cloud {
    const char *name;     /* "us-1"; what X-Cs-Region says */
    const char *base_url; /* without a slash at the end */
    bool discoverable;    /* may be reached by region discovery */
};

/* What manifests/service.json says of the service as a whole. Times in seconds. */
struct service {
    const struct cloud *clouds;
    size_t n_clouds;
    const char *token_path;
    const char *revoke_path;
    int64_t token_renew_ahead_s; /* renew this long before the token ends */
    int64_t token_default_ttl_s; /* where the answer does not say */
    int64_t url_id_bytes;        /* most that the ids of one request take in its URL */
    const char *header_trace, *header_region;
    const char *header_limit, *header_remaining, *header_retry_after;
};

/* The tables, generated; actions sorted by name (strcmp). */
extern const struct action catalog_actions[];
extern const size_t catalog_n_actions;
/* Of the whole result documents, by action. What the plugin answers it does not check again, so that its
 * shared object comes without; the tests do. */
extern const struct schema *const catalog_outputs[];
extern const struct service catalog_service;
extern const char catalog_list_json[]; /* what soar_list_actions gives */
extern const size_t catalog_list_json_len;

/* catalog_find - the action of that name (len bytes, no NUL needed), or NULL. */
const struct action *catalog_find(const char *name, size_t len);

/* catalog_nearest - names that resemble an unknown one, best first: fills ret_names with at most n
 * pointers (8 at the most) to static names, answers how many. None where nothing is near. */
size_t catalog_nearest(const char *name, size_t len, const char **ret_names, size_t n);

#endif
