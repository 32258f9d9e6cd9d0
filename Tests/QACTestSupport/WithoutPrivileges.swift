// Runs a body as a user who owns nothing, also when the tests run as root.
//
// Root may read and write everything, so missing permissions cannot be tested as root. On Linux the
// identity with which files are opened can be changed for a single thread (setfsuid(2)), so the
// tests that run at the same time keep theirs.

#if canImport(Glibc)
  import Glibc
#endif

/// Calls `body`; if the tests run as root, this thread meanwhile opens files as the user nobody.
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
