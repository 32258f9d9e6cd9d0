// Keeps the queries in memory out of core dumps and crash reports.
//
// A core dump would hold every query in memory, and the Swift runtime's crash report shows the
// memory that registers point to. Source: core(5), getrlimit(2), signal(7).

#if canImport(Glibc)
  import Glibc
#endif

/// What a crash of this process leaves behind.
public enum CrashReports {
  /// Forbids core dumps and crash reports from now on.
  public static func forbid() {
    // No dump fits into one byte. Where dumps are piped to a program, Linux takes a limit of 1 as
    // "none", but not a limit of 0.
    var none = rlimit(rlim_cur: 1, rlim_max: 1)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    // The runtime has installed its crash reporter for these signals before `main`.
    for number in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] {
      signal(number, SIG_DFL)
    }
  }
}
