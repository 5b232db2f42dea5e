#include "program_dir.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"

char *program_dir_path(const char *relative)
{
    char self[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
    if (n <= 0)
        return NULL;
    self[n] = '\0';
    char *slash = strrchr(self, '/');
    if (!slash)
        return NULL;
    *slash = '\0';
    return host_format("%s/%s", self, relative);
}
