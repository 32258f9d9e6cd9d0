// What the benchmarks need of C: a name that callgrind finds, and system calls that Swift's Glibc
// module lacks.

#ifndef QAC_BENCH_H
#define QAC_BENCH_H

#include <sys/epoll.h>

// Calls `body` with `argument`. Never inlined, since this is another module's function; its symbol is
// what callgrind's `--toggle-collect` and `--dump-after` are given.
void qac_measured(void (*body)(void *), void *argument);

// As epoll_wait(2), but for nanoseconds; -1 waits for an event however long it takes.
int qac_epoll_wait(int epoll, struct epoll_event *events, int count, long nanoseconds);

#endif
