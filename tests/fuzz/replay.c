/* replay DIR...: gives each file of the corpora to the target that it is linked with, as TAP. */
#include "fuzz.h"
#include <dirent.h>
#include <string.h>

static unsigned replay(const char *dir)
{
    unsigned count = 0;
    struct dirent **entries = NULL;
    int n = scandir(dir, &entries, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        char path[4096];
        uint8_t *bytes = NULL;
        size_t size = 0;
        snprintf(path, sizeof path, "%s/%s", dir, entries[i]->d_name);
        FILE *file = entries[i]->d_name[0] != '.' ? fopen(path, "rb") : NULL;
        free(entries[i]);
        if (file == NULL) {
            continue;
        }
        fseek(file, 0, SEEK_END);
        size = (size_t)ftell(file);
        rewind(file);
        bytes = malloc(size + 1);
        fuzz_assert(bytes != NULL && fread(bytes, 1, size, file) == size);
        fclose(file);
        LLVMFuzzerTestOneInput(bytes, size);
        free(bytes);
        count++;
    }
    free(entries);
    return count;
}

int main(int argc, char **argv)
{
    int missing = argc < 2;
    for (int i = 1; i < argc; i++) {
        unsigned count = replay(argv[i]);
        printf("%s %d - %u inputs of %s keep every promise\n", count > 0 ? "ok" : "not ok", i,
               count, argv[i]);
        missing |= count == 0;
    }
    printf("1..%d\n", argc - 1);
    return missing;
}
