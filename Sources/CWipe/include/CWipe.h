// An allocator that overwrites freed memory: see CWipe.c. Linking it is enough.

#ifndef CWIPE_H
#define CWIPE_H

/// Not 0 if freed memory is left as it is; only to be set while there is one thread.
extern int qacd_keeps_freed_memory;

#endif
