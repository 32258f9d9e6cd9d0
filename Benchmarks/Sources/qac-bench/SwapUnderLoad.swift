// Swaps the index under load: requests that fail or take more than 10 ms, with and without swaps.
//
// A copy of the index is renamed over the served one and `reload` is asked, again and again while
// clients type as in `SocketLoads`.

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
    let index = loads.log.index
    try Self.replace(served, with: index)
    let server = try Server.daemon(loads.tools, index: served, work: loads.work)
    defer { server.process.stop() }
    let generator = try LoadGenerator(
      loads.streams(Self.clients), matching: server.matching, path: server.path)
    let pace = Pace.rate(Self.rate)
    _ = generator.run(pace, seconds: 1)
    let without = generator.run(pace, seconds: loads.seconds)

    let swapper = Swapper(path: server.path) { try Self.replace(served, with: index) }
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

  /// Puts a fresh copy of `index` in the place of `path`.
  private static func replace(_ path: String, with index: String) throws {
    let copy = path + ".new"
    try? FileManager.default.removeItem(atPath: copy)
    try FileManager.default.copyItem(atPath: index, toPath: copy)
    if rename(copy, path) != 0 { throw BenchError.file(path: path, code: errno) }
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
  private let replace: @Sendable () throws -> Void

  init(path: String, replace: @escaping @Sendable () throws -> Void) {
    self.path = path
    self.replace = replace
  }

  func start() {
    Thread.detachNewThread { [self] in
      do {
        let client = Client(socketPath: path, timeout: .seconds(60))
        while !state.withLock({ $0.isStopping }) {
          try replace()
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
