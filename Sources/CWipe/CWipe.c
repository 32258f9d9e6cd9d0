// Overwrites memory with zeros when it is freed.
//
// While a query is used it lies in many places: buffers of the connection, copies of arrays,
// SQLite's pages and statements. After memory is freed, its content stays readable until the
// allocator hands it out again. So this file replaces `free` and `realloc` for the whole program,
// libraries included: the dynamic linker prefers the program's own definition.
//
// A program that is linked together with the daemon but is not the daemon (`dev/programs.c`)
// switches this off before its first thread.
//
// Large blocks are mapped one by one, and the kernel gets them back at once. They are not
// overwritten, since nobody sees them again. This is not built with a sanitizer, which has its own
// allocator.
// Cost: one write of the freed bytes; a completion frees nothing.
// Source: the GNU C Library manual, "Replacing malloc", for the functions; glibc's malloc.c for the
// second lowest bit of the word before a block, which says that the block was mapped.

#include "CWipe.h"

#include <stddef.h>

int qacd_keeps_freed_memory = 0;

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CWIPE_SANITIZED 1
#endif
#endif

#if defined(__GLIBC__) || (defined(__linux__) && defined(__has_include) && __has_include(<gnu/libc-version.h>))
#define CWIPE_GLIBC 1
#endif

#if defined(CWIPE_GLIBC) && !defined(CWIPE_SANITIZED)

#include <malloc.h>
#include <string.h>

extern void __libc_free(void *);
extern void *__libc_malloc(size_t);
extern void *__libc_realloc(void *, size_t);

static int is_mapped(void *block) { return (((size_t *)block)[-1] & 2) != 0; }

void free(void *block) {
  if (block != NULL && !qacd_keeps_freed_memory && !is_mapped(block))
    explicit_bzero(block, malloc_usable_size(block));
  __libc_free(block);
}

void *realloc(void *block, size_t size) {
  if (block == NULL) return __libc_malloc(size);
  if (qacd_keeps_freed_memory || is_mapped(block)) return __libc_realloc(block, size);
  if (size == 0) {
    free(block);
    return NULL;
  }
  size_t known = malloc_usable_size(block);
  if (size <= known && size >= known / 2) {
    explicit_bzero((char *)block + size, known - size);
    return block;
  }
  void *moved = __libc_malloc(size);
  if (moved == NULL) return NULL;
  memcpy(moved, block, size < known ? size : known);
  free(block);
  return moved;
}

#endif
