// Compatibility decompositions of single scalars, in a table of our own.
//
// Swift's standard library has categories, case mappings and canonical composition, but no
// compatibility decompositions. Foundation has them, together with 45 megabytes of data that the
// client needs for nothing else. So `dev/unicode-table` writes this table from Unicode's data. The
// upper bits of a scalar select a page of 64 entries. An entry is an offset into `texts`, where a
// text ends at a zero byte, or 0 if the scalar has no decomposition. A text that is the end of
// another one is not stored again.
// Invariant: constants, which the linker puts into the file; nothing is made at the start.
// Cost: two look-ups; 42 kilobytes.
// Sources: UnicodeData.txt of Unicode 15.0, which is also the version behind Foundation's
// decompositions in Swift 6.3; Unicode 5.1 (multistage tables).

#include "CUnicode.h"

#include <stddef.h>

#include "decompositions.inc"

const char *qacd_compatibility_decomposition(uint32_t scalar) {
  uint32_t page = scalar >> 6;
  if (page >= sizeof pages / sizeof *pages) return NULL;
  uint16_t offset = entries[pages[page]][scalar & 63];
  return offset == 0 ? NULL : (const char *)texts + offset;
}
