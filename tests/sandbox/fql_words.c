/* Words to look for, as FTS5 wants to be asked: what a user writes is never an operator of its. */
#include "fql_ast.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The words between blanks, each as a phrase of what FTS5's tokenizer makes of it; all of them must
 * be there. With `prefixes`, a star at a word's end is FTS5's own. */
static void write_words(FILE *match, const char *text, bool prefixes)
{
    static const char blanks[] = " \t\r\n";
    size_t words = 0;
    for (text += strspn(text, blanks); *text != '\0'; text += strspn(text, blanks)) {
        size_t size = strcspn(text, blanks);
        bool prefix = prefixes && size > 1 && text[size - 1] == '*';
        fputs(words++ > 0 ? " AND \"" : "\"", match);
        for (size_t i = 0; i < size; i++) {
            fputs(text[i] == '"' ? "\"\"" : (char[]){text[i], '\0'}, match);
        }
        fputs(prefix ? "\" *" : "\"", match);
        text += size;
    }
    if (words == 0) {
        fputs("\"\"", match);
    }
}

char *fql_free_text(const char *text)
{
    char *match = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&match, &size);
    if (stream == NULL) {
        return NULL;
    }
    write_words(stream, text, true);
    if (fclose(stream) != 0) {
        free(match);
        return NULL;
    }
    return match;
}

char *fql_words_of(const struct fql_property *property, int column)
{
    char *match = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&match, &size);
    if (stream == NULL) {
        return NULL;
    }
    if (column != 0) {
        fprintf(stream, "f%d : ", column);
    }
    for (size_t i = 0; i < property->literal_count; i++) {
        fputs(i == 0 ? "((" : ") OR (", stream);
        write_words(stream, property->literals[i].text, false);
    }
    fputs("))", stream);
    if (fclose(stream) != 0) {
        free(match);
        return NULL;
    }
    return match;
}
