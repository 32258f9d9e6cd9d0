// Overwrites what earlier calls left on the stack of the calling thread.
//
// A call leaves its frame behind when it returns: values that the compiler put there, and whole
// vector registers, which still hold the text that `memcpy` moved last. The dynamic linker stores
// these registers on the stack when a function of a library is called for the first time, and so
// does the kernel for a signal.
//
// Invariant: frames of calls that have not returned are not touched.
// Cost: a write of 128 KiB, which then stays resident for this thread. The calls of the daemon use
// less: its large working memory is on the heap.
// Source: glibc, sysdeps/x86_64/dl-trampoline.h, for the registers that are stored.

#include "CStack.h"

#include <string.h>

__attribute__((noinline)) void qacd_wipe_stack(void) {
  char room[128 * 1024];
  explicit_bzero(room, sizeof room);
}
