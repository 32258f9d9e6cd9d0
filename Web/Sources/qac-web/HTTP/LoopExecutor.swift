// Runs the tasks of a connection on its own event loop.
//
// The answer to a request then needs no other thread: reading, asking the daemon and writing happen
// where the connection is.
// Source: SE-0417, "Task Executor Preference".

import NIOCore

/// An event loop as a place for tasks.
final class LoopExecutor: TaskExecutor {
  private let loop: any EventLoop

  init(_ loop: any EventLoop) { self.loop = loop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
