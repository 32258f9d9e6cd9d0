// libFuzzer's loop, as LLVM documents it ("Using libFuzzer as a library").

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));

// memfd_create(2), which Swift's Glibc module does not show.
int memfd_create(const char *name, unsigned flags);
