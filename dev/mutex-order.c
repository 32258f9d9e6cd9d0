// Tells ThreadSanitizer about the waits of `Synchronization.Mutex`.
//
// The uncontended half of a Mutex is inlined into instrumented code. The contended half, in which
// the kernel hands the lock over (FUTEX_LOCK_PI), is in a library that is not instrumented. So
// accesses that the lock orders look like a race. Preloaded, this file wraps the two functions of
// that half and tells ThreadSanitizer what they order.
//
// Source of the names and conventions:
// https://github.com/swiftlang/swift/blob/main/stdlib/public/Synchronization/Mutex/LinuxImpl.swift

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

// Absent from programs that are not instrumented.
__attribute__((weak)) void __tsan_acquire(void *);
__attribute__((weak)) void __tsan_release(void *);

static void *next(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (!function) abort();
  return function;
}

SWIFT void lockSlow(uint32_t thread, SELF void *mutex) __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
SWIFT void unlockSlow(SELF void *mutex) __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");

SWIFT void lockSlow(uint32_t thread, SELF void *mutex) {
  typedef SWIFT void (*Function)(uint32_t, SELF void *);
  ((Function)next("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"))(thread, mutex);
  if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT void unlockSlow(SELF void *mutex) {
  typedef SWIFT void (*Function)(SELF void *);
  if (__tsan_release) __tsan_release(mutex);
  ((Function)next("$s15Synchronization12_MutexHandleV11_unlockSlowyyF"))(mutex);
}
