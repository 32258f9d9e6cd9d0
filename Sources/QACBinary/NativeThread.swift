// A thread of the system's, for who must know whether there is one: Dispatch and Foundation wait, or end the process,
// where the system gives none.
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

  /// Starts a thread that runs `body`; nil, with `body` not run, if there is none to be had. The caller joins
  /// or detaches it.
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
