// An allocator that forgets: see CWipe.c. Linking it is all there is to do; it declares nothing.

#ifndef CWIPE_H
#define CWIPE_H

#endif
