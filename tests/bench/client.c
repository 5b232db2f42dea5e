/*
 * One peer doing one kind of work N times against the benchmark's server; prints what it cost as a
 * line of JSON: {"peer","work","n","cpu_us","wall_us","rss_kib"} (us for each call, of the loop
 * alone, after a warm-up of a tenth; none where N is 1).
 *
 *     client PEER WORK N URL DIRECTORY PLUGIN [CA_FILE]
 *
 * Peers: bare (libcurl, handle used again, answer to memory, not looked at), json-c (the same, then
 * json-c parse, wrapped, printed), plugin (soar_invoke of the shared object). Works: those of
 * support/works.h. DIRECTORY holds the files to upload.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bare.h"
#include "measure.h"
#include "plugged.h"

int main(int argc, char **argv)
{
    struct plugged plugged;
    struct bare *bare = NULL;
    soar_call call = {0};
    char files[1200], target[600];

    if (argc != 7 && argc != 8)
        die("PEER WORK N URL DIRECTORY PLUGIN [CA_FILE]");
    const char *peer = argv[1], *url = argv[4], *directory = argv[5], *ca_file = argv[7];
    const struct work *work = work_named(argv[2]);
    bool plugin = strcmp(peer, "plugin") == 0, download = strcmp(work->name, "download") == 0;
    long n = atol(argv[3]);
    if (n < 1)
        die("N");
    snprintf(target, sizeof(target), "%s/download.bin", directory);
    snprintf(files, sizeof(files), "files: { read_dirs = [\"%s\"]; write_dirs = [\"%s\"]; };",
             directory, directory);
    if (plugin) {
        plug(&plugged, argv[6], url, ca_file, "", files);
        call = call_of(work->action, work->input);
    } else {
        bare = bare_new(work, url, directory, ca_file, strcmp(peer, "json-c") == 0);
    }
    double cpu = 0, wall = 0;
    for (long i = n == 1 ? 0 : -(n / 10 + 1); i < n; i++) {
        if (i == 0) {
            cpu = cpu_seconds();
            wall = wall_seconds();
        }
        if (plugin && download)
            unlink(target);
        if (plugin)
            plugged_call(&plugged, &call);
        else
            bare_call(bare);
    }
    print_figures(peer, argv[2], (double)n, cpu_seconds() - cpu, wall_seconds() - wall);
    return 0;
}
