// The commit that the programs were built from: see CVersion.c.

#ifndef CVERSION_H
#define CVERSION_H

/// The commit as text; empty in a build from a tarball, or without `make`.
const char *qacd_commit(void);

#endif
