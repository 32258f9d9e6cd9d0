#define _GNU_SOURCE
#include "bench.h"

#include <time.h>

void qac_measured(void (*body)(void *), void *argument) { body(argument); }

int qac_epoll_wait(int epoll, struct epoll_event *events, int count, long nanoseconds) {
  struct timespec timeout = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  return epoll_pwait2(epoll, events, count, nanoseconds < 0 ? 0 : &timeout, 0);
}
