// Runs a body as a user who owns nothing, also when the tests run as root.
//
// Root may read and write everything, so that missing permissions cannot be tested as root. On Linux the
// identity by which files are opened can be changed for one thread alone (setfsuid(2)); the tests
// that run beside this one keep theirs.

#if canImport(Glibc)
  import Glibc
#endif

/// Calls `body`, during which this thread opens files as nobody if the tests run as root.
///
/// The body must stay on its thread: no `await`.
@discardableResult
public func withoutPrivileges<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  guard geteuid() == 0, let symbol = dlsym(nil, "setfsuid") else { return try body() }
  let setFileUser = unsafeBitCast(symbol, to: (@convention(c) (uid_t) -> Int32).self)
  let nobody: uid_t = 65_534
  _ = setFileUser(nobody)
  defer { _ = setFileUser(0) }
  return try body()
}
