/*
 * program_dir.h - files that lie beside this program.
 */
#ifndef SOARHOST_PROGRAM_DIR_H
#define SOARHOST_PROGRAM_DIR_H

/* program_dir_path - the path of relative as seen from the directory of the running program; to be
 * freed with free. NULL where the program's own path is not known (no /proc). */
char *program_dir_path(const char *relative);

#endif
