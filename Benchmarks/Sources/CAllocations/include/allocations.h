// Counts what a thread takes from the heap, by standing in front of the C library's allocator in
// whatever program links this.

#ifndef QAC_ALLOCATIONS_H
#define QAC_ALLOCATIONS_H

// Allocations of the calling thread so far.
long qac_allocations(void);

#endif
