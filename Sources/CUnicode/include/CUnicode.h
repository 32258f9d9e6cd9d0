// Compatibility decompositions of single scalars: see CUnicode.c.

#ifndef CUNICODE_H
#define CUNICODE_H

#include <stdint.h>

/// The full compatibility decomposition (NFKD) of `scalar` as UTF-8 that ends with a zero byte, or
/// a null pointer if the scalar has none. Hangul syllables, which decompose by arithmetic, have none
/// here. Any value may be passed. The text lives as long as the program.
const char *_Nullable qacd_compatibility_decomposition(uint32_t scalar);

#endif
