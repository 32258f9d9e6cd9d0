// The writer's thread does all it is given, in turn, on one thread.

import Synchronization
import Testing

@testable import QACSessions

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct WriterThreadTests {
  @Test func allIsDoneInTurnOnOneThread() throws {
    let done = Mutex<[Int]>([])
    let threads = Mutex<Set<UInt>>([])
    let thread = try #require(WriterThread())
    for i in 0..<1000 {
      thread.async {
        done.withLock { $0.append(i) }
        threads.withLock { _ = $0.insert(UInt(pthread_self())) }
      }
      // Now and then the thread has nothing to do.
      if i % 100 == 0 { thread.sync {} }
    }
    thread.sync {}
    #expect(done.withLock { $0 } == Array(0..<1000))
    #expect(threads.withLock { $0.count } == 1)
  }

  @Test func whatWaitsIsDoneAfterTheOwnerHasGone() async throws {
    let count = Mutex(0)
    await withCheckedContinuation { continuation in
      guard let thread = WriterThread() else { return continuation.resume() }
      for i in 1...100 {
        thread.async {
          count.withLock { $0 += 1 }
          if i == 100 { continuation.resume() }
        }
      }
    }
    #expect(count.withLock { $0 } == 100)
  }
}
