// Overwrites what earlier calls left on the stack: see CStack.c.

#ifndef CSTACK_H
#define CSTACK_H

/// Overwrites 128 KiB of the calling thread's stack, below the frame of the caller.
void qacd_wipe_stack(void);

#endif
