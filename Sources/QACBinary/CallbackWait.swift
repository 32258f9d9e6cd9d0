// Blocks a thread until a callback is called: for threads that may wait, never for an event loop.

internal import Dispatch
internal import Synchronization

/// Waits for what another thread says through a callback.
package enum CallbackWait {
  /// Calls `start` with a callback, and blocks this thread until the callback is called.
  ///
  /// - Parameter start: Starts the work. It passes on the callback, which is called once, on any
  ///   thread.
  /// - Returns: What the callback was called with.
  package static func value<Value: Sendable>(
    of start: (@escaping @Sendable (Value) -> Void) -> Void
  ) -> Value {
    guard let value = wait(until: .distantFuture, for: start) else {
      preconditionFailure("a wait without a deadline ended without a value")
    }
    return value
  }

  /// The same, but blocks for at most `seconds`; nil if the callback was not called by then.
  package static func value<Value: Sendable>(
    within seconds: Double, of start: (@escaping @Sendable (Value) -> Void) -> Void
  ) -> Value? {
    wait(until: .now() + seconds, for: start)
  }

  private static func wait<Value: Sendable>(
    until deadline: DispatchTime, for start: (@escaping @Sendable (Value) -> Void) -> Void
  ) -> Value? {
    let answer = Answer<Value>()
    start { value in
      answer.value.withLock { $0 = value }
      answer.isThere.signal()
    }
    _ = answer.isThere.wait(timeout: deadline)
    return answer.value.withLock { $0 }
  }

  private final class Answer<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
    let isThere = DispatchSemaphore(value: 0)
  }
}
