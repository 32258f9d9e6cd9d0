// The commit that the programs were built from.
//
// Package.swift defines QACD_COMMIT from the environment variable of this name, which `make` sets
// in a checkout. So another commit compiles this file again and nothing else.

#include "CVersion.h"

#define QUOTED(text) #text
#define VALUE(macro) QUOTED(macro)

const char *qacd_commit(void) {
#ifdef QACD_COMMIT
  return VALUE(QACD_COMMIT);
#else
  return "";
#endif
}
