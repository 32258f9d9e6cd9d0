// The writer's thread: does work in turn, and waits without a stack of threads behind it.
//
// A Dispatch queue may give each piece of work to another thread. Then every thread's stack would
// have to be overwritten as soon as nothing waits, 128 KiB for each lone record. This thread is the
// only one that reads what the writer reads, so its stack is overwritten with a deletion, and when
// the thread ends.
//
// Invariant: pieces of work are done one after another, in the order in which they were asked for,
// each once. The thread ends when this object is released and nothing waits.
// Cost: a short lock per piece of work, and a wake-up if the thread sleeps.

internal import Dispatch
internal import QACBinary
internal import Synchronization

#if canImport(Glibc)
  internal import Glibc
#endif

/// Does work in turn on a thread of its own.
final class WriterThread: Sendable {
  typealias Work = @Sendable () -> Void

  private final class Queue: Sendable {
    private struct State {
      var waiting: [Work] = []
      var isOver = false
    }

    private let state = Mutex(State())
    private let changes = DispatchSemaphore(value: 0)

    func add(_ work: @escaping Work) {
      state.withLock { $0.waiting.append(work) }
      changes.signal()
    }

    func end() {
      state.withLock { $0.isOver = true }
      changes.signal()
    }

    /// Does what is added until `end` is called and nothing waits.
    func run() {
      while true {
        changes.wait()
        let (works, isOver) = state.withLock { state in
          defer { state.waiting = [] }
          return (state.waiting, state.isOver)
        }
        for work in works { work() }
        if isOver && works.isEmpty { return }
      }
    }
  }

  private let queue = Queue()

  /// Starts the thread; nil if the system has none to give.
  init?() {
    let thread = NativeThread.start { [queue] in
      queue.run()
      wipeStack()
    }
    guard let thread else { return nil }
    pthread_detach(thread)
  }

  deinit { queue.end() }

  /// What is thrown if there is no thread for the database at `path`.
  static func failure(_ path: String) -> SessionStoreError {
    .system(operation: "start a thread for", path: path, code: EAGAIN)
  }

  /// Does `work` after all work that was asked for before.
  func async(_ work: @escaping Work) { queue.add(work) }

  /// Does `work` after all work that was asked for before, and waits for its end.
  func sync(_ work: @escaping Work) {
    let done = DispatchSemaphore(value: 0)
    queue.add {
      work()
      done.signal()
    }
    done.wait()
  }
}
