// Starts system threads, and says whether that failed. If the system gives no thread, Dispatch
// waits, and Foundation ends the process.
//
// Source: pthread_create(3).

#if canImport(Glibc)
  public import Glibc
#endif

/// Starts threads.
public enum NativeThread {
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Starts a thread that runs `body`; the caller must join or detach it.
  ///
  /// - Returns: The thread; nil if the system gave none, and then `body` is not run.
  public static func start(_ body: @escaping @Sendable () -> Void) -> pthread_t? {
    let argument = Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, argument.toOpaque())
    if code == 0 { return thread }
    argument.release()
    return nil
  }
}
