// A thread for long work beside those that answer: it yields the processor to them.
//
// Verifying a large index takes a processor for half a second; with as many event loops as processors, requests would wait for
// it. So this thread has a lower priority than the rest of the process, which a queue of the system's cannot have.
// Invariant: work is done one piece after another, in the order in which it was asked for; what was asked for is done, even
// after the object is let go.
// Source: setpriority(2), which on Linux is of a thread; sched(7) for what a nice value means.

internal import QACBinary
internal import Synchronization

#if canImport(Glibc)
  import Glibc
#endif

/// Does work in turn on a thread of lower priority.
final class QuietThread: Sendable {
  typealias Work = @Sendable () -> Void

  /// Of a processor that is wanted by others it gets a tenth.
  private static let niceness: Int32 = 10

  private final class Queue: Sendable {
    private struct State {
      var waiting: [Work] = []
      var isRunning = false
    }
    private let state = Mutex(State())

    /// Adds `work`; whether a thread has to be started for it.
    func add(_ work: @escaping Work) -> Bool {
      state.withLock { state in
        state.waiting.append(work)
        defer { state.isRunning = true }
        return !state.isRunning
      }
    }

    /// Does what waits until nothing does.
    func run() {
      while true {
        let works = state.withLock { state in
          defer { state.waiting = [] }
          state.isRunning = !state.waiting.isEmpty
          return state.waiting
        }
        if works.isEmpty { return }
        for work in works { work() }
      }
    }
  }

  private let queue = Queue()

  /// Has `work` done when what was asked for before is done. There is a thread only while there is work; where the system has none
  /// to give, the caller does it.
  func async(execute work: @escaping Work) {
    if !queue.add(work) { return }
    let thread = NativeThread.start { [queue] in
      _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
      queue.run()
    }
    if let thread { pthread_detach(thread) } else { queue.run() }
  }
}
