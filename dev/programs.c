// One program with two names: the daemon, and the index tool if it is called qac-index.
//
// `dev/link-programs` links it with the objects of both, so that they hold the Swift runtime,
// Foundation and ICU once. The Swift Package Manager gives each program's entry the name of its
// module with `_main` behind it.

#include <string.h>

extern int qacd_main(int count, char **arguments);
extern int qac_index_main(int count, char **arguments);
/// See CWipe.c.
extern int qacd_keeps_freed_memory;

int main(int count, char **arguments) {
  const char *name = count > 0 ? strrchr(arguments[0], '/') : NULL;
  name = name != NULL ? name + 1 : count > 0 ? arguments[0] : "";
  if (strcmp(name, "qac-index") != 0) return qacd_main(count, arguments);
  qacd_keeps_freed_memory = 1;
  return qac_index_main(count, arguments);
}
