// What the process as a whole must be: without core dumps and crash reports, and with descriptors enough.
//
// A core dump would hold every query in memory, and the Swift runtime's report of a crash shows the memory that registers
// point to. Source: core(5), getrlimit(2), signal(7).

#if canImport(Glibc)
  import Glibc
#endif

/// Settings of this process.
public enum ProcessGuard {
  /// Descriptors beside those of connections: files, loops, the database.
  private static let otherDescriptors = 128

  /// Forbids core dumps and crash reports, and allows as many descriptors as `connections` need, as far as the system lets it.
  public static func prepare(connections: Int) {
    // One byte is less than any dump has; where dumps are piped to a program, Linux takes 1, unlike 0, as
    // "none" as well.
    var none = rlimit(rlim_cur: 1, rlim_max: 1)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    // The runtime has put its reporter there before this program began.
    for number in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] {
      signal(number, SIG_DFL)
    }
    var files = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &files) == 0 else { return }
    let wanted = rlim_t(connections + Self.otherDescriptors)
    guard files.rlim_cur < wanted else { return }
    files.rlim_cur = min(wanted, files.rlim_max)
    setrlimit(resource, &files)
  }
}
