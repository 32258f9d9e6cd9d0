// A thread for long work that yields the processor to the threads that answer.
//
// Verifying a large index takes a processor for half a second. With as many event loops as
// processors, requests would wait for it. So this thread has a lower priority than the rest of the
// process; a Dispatch queue cannot have one.
// Invariant: pieces of work are done one after another, in the order in which they were asked for.
// Each is done, even if this object is released before.
// Source: setpriority(2), which on Linux applies to a thread; sched(7) on nice values.

internal import QACBinary
internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Does work in turn on a thread of lower priority.
final class QuietThread: Sendable {
  typealias Work = @Sendable () -> Void

  /// With this nice value the thread gets a tenth of a processor that others want, too.
  private static let niceness: Int32 = 10

  private final class Queue: Sendable {
    private struct State {
      var waiting: [Work] = []
      var isRunning = false
    }
    private let state = Mutex(State())

    /// Adds `work`; whether a thread must be started for it.
    func add(_ work: @escaping Work) -> Bool {
      state.withLock { state in
        state.waiting.append(work)
        defer { state.isRunning = true }
        return !state.isRunning
      }
    }

    /// Does all work until none waits.
    func run() {
      while true {
        let works = state.withLock { state in
          defer { state.waiting = [] }
          state.isRunning = !state.waiting.isEmpty
          return state.waiting
        }
        if works.isEmpty { return }
        for work in works { work() }
        // The work may have read what somebody typed, and the system keeps stacks for new threads.
        wipeStack()
      }
    }
  }

  private let queue = Queue()

  /// Does `work` after all work that was asked for before.
  ///
  /// There is a thread only while there is work. If the system has none to give, the calling thread
  /// does the work.
  func async(execute work: @escaping Work) {
    if !queue.add(work) { return }
    let thread = NativeThread.start { [queue] in
      _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
      queue.run()
    }
    if let thread { pthread_detach(thread) } else { queue.run() }
  }
}
