// An allocator that overwrites freed memory: see CWipe.c. Linking it is enough; it declares
// nothing.

#ifndef CWIPE_H
#define CWIPE_H

#endif
