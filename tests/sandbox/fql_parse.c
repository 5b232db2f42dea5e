/*
 * The grammar of FQL, as read here (EBNF; blanks may stand between tokens):
 *
 *   filter      = [ "*" | expression ] ;                    empty and "*": every document
 *   expression  = conjunction , { "," , conjunction } ;     OR
 *   conjunction = factor , { "+" , factor } ;               AND, which binds more tightly (*)
 *   factor      = "(" , expression , ")" | property ;
 *   property    = key , ":" , [ operator ] , ( value | list ) ;
 *   operator    = "!"                                       not equal, none of
 *               | ">" | ">=" | "<" | "<="
 *               | "~" | "!~"                                text match, and its negation
 *               | "*" | "!*" ;                              wildcard match, and its negation
 *   list        = "[" , value , { "," , value } , "]" ;     any of
 *   value       = string | integer | "true" | "false" ;
 *   string      = "'" , { character | "\'" | "\\" } , "'" ;
 *   integer     = [ "-" ] , digit , { digit } ;
 *   key         = ( letter | "_" ) , { letter | digit | "_" | "." | "-" } ;   read in lower case
 *
 * (*) With FQL_OR_FIRST the roles of "," and "+" in expression and conjunction are swapped.
 *
 * At most FQL_MAX_PROPERTIES properties, FQL_MAX_VALUES values, FQL_MAX_DEPTH nested parentheses
 * and FQL_MAX_LENGTH bytes. Recursive descent; the depth limit bounds the stack.
 */
#include "fql_ast.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    const char *start, *at;
    enum fql_precedence precedence;
    size_t properties, values, depth;
    char *error;
};

static struct fql_node *parse_expression(struct parser *parser);

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_key_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_key(char c)
{
    return is_key_start(c) || is_digit(c) || c == '.' || c == '-';
}

static void fail(struct parser *parser, const char *what)
{
    if (parser->error[0] == '\0') {
        snprintf(parser->error, FQL_ERROR_SIZE, "invalid filter: %s at position %zu", what,
                 (size_t)(parser->at - parser->start) + 1);
    }
}

static void skip_blanks(struct parser *parser)
{
    while (*parser->at == ' ' || *parser->at == '\t' || *parser->at == '\n' ||
           *parser->at == '\r') {
        parser->at++;
    }
}

static bool take(struct parser *parser, char c)
{
    skip_blanks(parser);
    if (*parser->at != c) {
        return false;
    }
    parser->at++;
    return true;
}

void fql_node_free(struct fql_node *node)
{
    if (node == NULL) {
        return;
    }
    fql_node_free(node->left);
    fql_node_free(node->right);
    for (size_t i = 0; i < node->property.literal_count; i++) {
        free(node->property.literals[i].text);
    }
    free(node->property.literals);
    free(node->property.key);
    free(node);
}

static struct fql_node *node_new(struct parser *parser, enum fql_node_type type)
{
    struct fql_node *node = calloc(1, sizeof *node);
    if (node == NULL) {
        fail(parser, "out of memory");
    } else {
        node->type = type;
    }
    return node;
}

static char *parse_string(struct parser *parser)
{
    const char *from = ++parser->at;
    size_t length = 0;
    char *text = malloc(strlen(from) + 1);
    if (text == NULL) {
        fail(parser, "out of memory");
        return NULL;
    }
    while (*parser->at != '\0' && *parser->at != '\'') {
        if (parser->at[0] == '\\' && (parser->at[1] == '\'' || parser->at[1] == '\\')) {
            parser->at++;
        }
        text[length++] = *parser->at++;
    }
    if (*parser->at != '\'') {
        fail(parser, "string without its closing quote");
        free(text);
        return NULL;
    }
    parser->at++;
    text[length] = '\0';
    return text;
}

static char *parse_bare(struct parser *parser)
{
    const char *from = parser->at;
    size_t length;
    if (strncmp(from, "true", 4) == 0 && !is_key(from[4])) {
        length = 4;
    } else if (strncmp(from, "false", 5) == 0 && !is_key(from[5])) {
        length = 5;
    } else {
        length = from[0] == '-' ? 1 : 0;
        while (is_digit(from[length])) {
            length++;
        }
        if (length == 0 || !is_digit(from[length - 1]) || length > 19 || is_key(from[length])) {
            fail(parser, "expected a quoted string, an integer, true or false");
            return NULL;
        }
    }
    parser->at += length;
    return strndup(from, length);
}

static bool parse_value(struct parser *parser, struct fql_property *property)
{
    struct fql_literal *literals;
    struct fql_literal literal;
    if (++parser->values > FQL_MAX_VALUES) {
        fail(parser, "too many values");
        return false;
    }
    skip_blanks(parser);
    literal.quoted = *parser->at == '\'';
    literal.text = literal.quoted ? parse_string(parser) : parse_bare(parser);
    if (literal.text == NULL) {
        return false;
    }
    literals = realloc(property->literals, (property->literal_count + 1) * sizeof *literals);
    if (literals == NULL) {
        free(literal.text);
        fail(parser, "out of memory");
        return false;
    }
    property->literals = literals;
    property->literals[property->literal_count++] = literal;
    return true;
}

static bool parse_list(struct parser *parser, struct fql_property *property)
{
    do {
        if (!parse_value(parser, property)) {
            return false;
        }
    } while (take(parser, ','));
    if (take(parser, ']')) {
        return true;
    }
    fail(parser, "list without its closing bracket");
    return false;
}

static bool parse_operator(struct parser *parser, struct fql_property *property)
{
    property->negated = take(parser, '!');
    if (take(parser, '~')) {
        property->op = FQL_TEXT;
    } else if (take(parser, '*')) {
        property->op = FQL_WILDCARD;
    } else if (take(parser, '>')) {
        property->op = take(parser, '=') ? FQL_GE : FQL_GT;
    } else if (take(parser, '<')) {
        property->op = take(parser, '=') ? FQL_LE : FQL_LT;
    } else {
        property->op = FQL_EQ;
    }
    if (property->negated && property->op != FQL_EQ && property->op != FQL_TEXT &&
        property->op != FQL_WILDCARD) {
        fail(parser, "a comparison can't be negated");
        return false;
    }
    return true;
}

static char *parse_key(struct parser *parser)
{
    size_t length = 0;
    char *key;
    skip_blanks(parser);
    if (is_key_start(*parser->at)) {
        while (is_key(parser->at[length])) {
            length++;
        }
    }
    if (length == 0) {
        fail(parser, "expected a property name");
        return NULL;
    }
    key = strndup(parser->at, length);
    if (key == NULL) {
        fail(parser, "out of memory");
        return NULL;
    }
    for (char *c = key; *c != '\0'; c++) {
        if (*c >= 'A' && *c <= 'Z') {
            *c = (char)(*c - 'A' + 'a');
        }
    }
    parser->at += length;
    return key;
}

static bool parse_property_into(struct parser *parser, struct fql_property *property)
{
    property->key = parse_key(parser);
    if (property->key == NULL) {
        return false;
    }
    if (!take(parser, ':')) {
        fail(parser, "expected ':' after the property name");
        return false;
    }
    if (!parse_operator(parser, property)) {
        return false;
    }
    if (!take(parser, '[')) {
        return parse_value(parser, property);
    }
    if (property->op != FQL_EQ && property->op != FQL_TEXT && property->op != FQL_WILDCARD) {
        fail(parser, "a comparison takes one value");
        return false;
    }
    return parse_list(parser, property);
}

static struct fql_node *parse_property(struct parser *parser)
{
    struct fql_node *node = node_new(parser, FQL_NODE_PROPERTY);
    if (node == NULL) {
        return NULL;
    }
    if (++parser->properties > FQL_MAX_PROPERTIES) {
        fail(parser, "more than 20 properties");
    } else if (parse_property_into(parser, &node->property)) {
        return node;
    }
    fql_node_free(node);
    return NULL;
}

static struct fql_node *parse_factor(struct parser *parser)
{
    struct fql_node *node;
    if (!take(parser, '(')) {
        return parse_property(parser);
    }
    if (++parser->depth > FQL_MAX_DEPTH) {
        fail(parser, "parentheses nested too deeply");
        return NULL;
    }
    node = parse_expression(parser);
    if (node != NULL && !take(parser, ')')) {
        fail(parser, "expected ')', '+' or ','");
        fql_node_free(node);
        return NULL;
    }
    parser->depth--;
    return node;
}

static struct fql_node *parse_chain(struct parser *parser, char separator,
                                    struct fql_node *(*parse_part)(struct parser *))
{
    struct fql_node *left = parse_part(parser);
    while (left != NULL && take(parser, separator)) {
        struct fql_node *joined = node_new(parser, separator == '+' ? FQL_NODE_AND : FQL_NODE_OR);
        if (joined == NULL) {
            fql_node_free(left);
            return NULL;
        }
        joined->left = left;
        joined->right = parse_part(parser);
        if (joined->right == NULL) {
            fql_node_free(joined);
            return NULL;
        }
        left = joined;
    }
    return left;
}

static struct fql_node *parse_conjunction(struct parser *parser)
{
    return parse_chain(parser, parser->precedence == FQL_AND_FIRST ? '+' : ',', parse_factor);
}

static struct fql_node *parse_expression(struct parser *parser)
{
    return parse_chain(parser, parser->precedence == FQL_AND_FIRST ? ',' : '+', parse_conjunction);
}

struct fql_node *fql_parse(const char *filter, enum fql_precedence precedence, char *error)
{
    struct parser parser = {
        .start = filter, .at = filter, .precedence = precedence, .error = error};
    struct fql_node *node;
    error[0] = '\0';
    if (strnlen(filter, FQL_MAX_LENGTH + 1) > FQL_MAX_LENGTH) {
        fail(&parser, "statement too long");
        return NULL;
    }
    skip_blanks(&parser);
    if (*parser.at == '*' || *parser.at == '\0') {
        if (*parser.at == '*') {
            parser.at++;
        }
        node = node_new(&parser, FQL_NODE_ALL);
    } else {
        node = parse_expression(&parser);
    }
    skip_blanks(&parser);
    if (node != NULL && *parser.at != '\0') {
        fail(&parser, "expected '+', ',' or the end");
        fql_node_free(node);
        return NULL;
    }
    return node;
}
