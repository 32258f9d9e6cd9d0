// Keeps what is in memory, queries among it, out of what a crash leaves behind.
//
// A core dump would hold every query in memory, and the Swift runtime's report of a crash shows the memory that
// registers point to. Source: core(5), getrlimit(2), signal(7).

#if canImport(Glibc)
  import Glibc
#endif

/// What a crash of this process leaves.
public enum CrashReports {
  /// Forbids core dumps and crash reports from now on.
  public static func forbid() {
    // One byte is less than any dump has; where dumps are piped to a program, Linux takes 1, unlike 0, as
    // "none" as well.
    var none = rlimit(rlim_cur: 1, rlim_max: 1)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    // The runtime has put its reporter there before this program began.
    for number in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] {
      signal(number, SIG_DFL)
    }
  }
}
