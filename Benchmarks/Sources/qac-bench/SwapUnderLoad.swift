// Swaps the index under load: requests that fail or take more than 10 ms, with and without swaps.
//
// One of two copies of the index is put in the place of the served one and `reload` is asked, again
// and again while clients type as in `SocketLoads`. The copies are made before: copying is not the
// daemon's work, but would take a processor from it.

import Foundation
import QACClient
import Synchronization

/// Measures swaps.
struct SwapUnderLoad {
  private static let clients = 50
  private static let rate = 5_000.0

  let loads: SocketLoads

  func measure(into report: inout Report) throws {
    let served = "\(loads.work)/served.qaci"
    let copies = ["\(served).a", "\(served).b"]
    for copy in copies {
      try? FileManager.default.removeItem(atPath: copy)
      try FileManager.default.copyItem(atPath: loads.log.index, toPath: copy)
    }
    defer { for copy in copies { unlink(copy) } }
    try Self.replace(served, with: copies[1])
    let server = try Server.daemon(loads.tools, index: served, work: loads.work)
    defer { server.process.stop() }
    let generator = try LoadGenerator(
      loads.streams(Self.clients), matching: server.matching, path: server.path)
    let pace = Pace.rate(Self.rate)
    _ = generator.run(pace, seconds: 1)
    let without = generator.run(pace, seconds: loads.seconds)

    let swapper = Swapper(path: server.path) { number in
      try Self.replace(served, with: copies[number % 2])
    }
    swapper.start()
    let result = generator.run(pace, seconds: loads.seconds)
    let swaps = try swapper.stop()
    report.swaps.append(
      Report.Swap(
        log: loads.log.name, clients: Self.clients, schedule: Self.rate, swaps: swaps.count,
        swapMilliseconds: Percentiles(swaps), completions: Percentiles(result.completions),
        without: Percentiles(without.completions), answered: result.answered,
        errors: result.errors + result.refused, lost: result.lost, slow: result.slow,
        slowWithout: without.slow))
  }

  /// Puts the file `copy`, which stays, in the place of `path`.
  private static func replace(_ path: String, with copy: String) throws {
    let fresh = path + ".new"
    unlink(fresh)
    if link(copy, fresh) != 0 || rename(fresh, path) != 0 {
      throw BenchError.file(path: path, code: errno)
    }
  }
}

/// Swaps on a thread of its own, one after another.
private final class Swapper: Sendable {
  private struct State {
    var isStopping = false
    var isDone = false
    var nanoseconds: [UInt64] = []
    var failure: (any Error)?
  }

  private let state = Mutex(State())
  private let path: String
  private let replace: @Sendable (_ number: Int) throws -> Void

  init(path: String, replace: @escaping @Sendable (_ number: Int) throws -> Void) {
    self.path = path
    self.replace = replace
  }

  func start() {
    Thread.detachNewThread { [self] in
      do {
        let client = Client(socketPath: path, timeout: .seconds(60))
        var number = 0
        while !state.withLock({ $0.isStopping }) {
          try replace(number)
          number += 1
          let start = Clock.nanoseconds
          _ = try client.reload()
          let took = Clock.nanoseconds - start
          state.withLock { $0.nanoseconds.append(took) }
          usleep(200_000)
        }
      } catch {
        state.withLock { $0.failure = error }
      }
      state.withLock { $0.isDone = true }
    }
  }

  /// Ends it; returns how long each swap took, in nanoseconds.
  func stop() throws -> [UInt64] {
    state.withLock { $0.isStopping = true }
    while !state.withLock({ $0.isDone }) { usleep(1000) }
    let (nanoseconds, failure) = state.withLock { ($0.nanoseconds, $0.failure) }
    if let failure { throw failure }
    return nanoseconds
  }
}
