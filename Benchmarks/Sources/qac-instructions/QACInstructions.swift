// The fixed work of which dev/instructions counts the instructions, run under
//
//     valgrind --tool=callgrind --collect-atstart=no --toggle-collect=qac_measured \
//       --dump-after=qac_measured qac-instructions INDEX LOG SMALL ITEMS EXAMPLES
//
// INDEX is built from LOG, SMALL is a log to be built from here, and ITEMS is an index whose items
// were learned from EXAMPLES. Each piece of work is run within
// one call of `qac_measured`, after which callgrind writes its count; the pieces are printed in the
// same order, a line each, separated by tabs: name, how many units of work it was, and of
// completions and retrievals how often they took memory from the heap.
//
// Invariant: equal files and equal code do equal work: one thread, fixed requests, and working
// memory that has grown before anything is counted.

import CAllocations
import CBench
import QACEngine
import QACIndex
import QACLogs
import QACReplay
import QACRetrieval
import QACText
import QACTraining

@main
struct QACInstructions {
  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst()
    guard arguments.count == 5, let index = arguments.first, let examples = arguments.last else {
      print("usage: qac-instructions INDEX LOG SMALL ITEMS EXAMPLES")
      return
    }
    checkCounter()
    try measureBuild(of: arguments[3])
    let log = try LogReader.read(paths: [arguments[2]])
    var opened: Result<CompletionEngine, EngineError>?
    let file = try LabelIndex(opening: index)
    measured("verify", units: 1) {
      opened = Result { () throws(EngineError) in
        try CompletionEngine(index: file)
      }
    }
    guard let engine = try opened?.get() else { return }
    measureCompletions(engine, FixedRequests(log, engine))
    try measureRetrievals(of: arguments[4], FixedRetrievals(examples))
  }

  /// What `body` takes from the heap.
  @inline(__always)
  private static func allocations(_ body: () -> Void) -> Int {
    let before = qac_allocations()
    body()
    return qac_allocations() - before
  }

  /// A counter that misses allocations would find none.
  private static func checkCounter() {
    let counted = allocations {
      UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 8).deallocate()
    }
    precondition(counted == 1, "\(counted) allocations counted where there was one")
  }

  private static func measureBuild(of path: String) throws {
    var settings = BuildSettings()
    settings.threads = 1
    var read: Result<QueryLog, any Error>?
    measured("read a log", units: 1) { read = Result { try LogReader.read(paths: [path]) } }
    guard let log = try read?.get() else { return }
    let set = TrainingSet(
      profile: .search, queries: log.queries.normalized, surfaces: log.queries.surface,
      examples: log.observations.map {
        TrainingSet.Example(
          previous: $0.previous, query: $0.query, count: $0.count, user: $0.user, time: $0.time)
      })
    var built: Result<[UInt8], any Error>?
    measured("build an index", units: 1) {
      built = Result { IndexWriter.serialize(try IndexBuilder(settings: settings).build(set)) }
    }
    guard let bytes = try built?.get() else { return }
    let engine = try CompletionEngine(
      index: LabelIndex(bytes: bytes), weights: RankerFeature.indexOnly)
    let replay = LogReplay(
      log, split: LogSplit(log, by: .time, seed: 1), protocol: .replay, seed: 1)
    measured("fit the ranker", units: 1) {
      _ = RankerTrainer().fit(replay.rankerExamples(of: .score, engine: engine))
    }
  }

  private static func measureCompletions(_ engine: CompletionEngine, _ requests: FixedRequests) {
    let scratch = CompletionScratch(engine: engine)
    func complete(_ keystroke: FixedRequests.Keystroke) {
      keystroke.prefix.withUnsafeBufferPointer { prefix in
        engine.complete(
          prefix: prefix, context: keystroke.context, overlay: requests.overlay,
          at: keystroke.time, limit: 10, scratch: scratch)
      }
    }
    // Working memory grows in the first round.
    for group in requests.groups { group.keystrokes.forEach(complete) }
    for group in requests.groups {
      let taken = allocations { group.keystrokes.forEach(complete) }
      measured("complete: \(group.name)", units: group.keystrokes.count, allocations: taken) {
        group.keystrokes.forEach(complete)
      }
    }
  }

  private static func measureRetrievals(of index: String, _ requests: FixedRetrievals) throws {
    let file = try LabelIndex(opening: index)
    try file.verify()
    guard let engine = try RetrievalEngine(verified: file) else {
      print("usage: ITEMS must be an index with items")
      return
    }
    let scratch = RetrievalScratch(engine: engine)
    let groups = requests.groups(beside: file)
    func retrieve(_ group: FixedRetrievals.Group, _ number: Int) {
      requests.queries[number].withUnsafeBufferPointer { query in
        requests.previous(group, number).withUnsafeBufferPointer { previous in
          engine.retrieve(
            query: query, limit: group.limit, previous: previous, added: group.added,
            scratch: scratch)
        }
      }
    }
    for group in groups { requests.queries.indices.forEach { retrieve(group, $0) } }
    for group in groups {
      let taken = allocations { requests.queries.indices.forEach { retrieve(group, $0) } }
      measured("retrieve: \(group.name)", units: requests.queries.count, allocations: taken) {
        requests.queries.indices.forEach { retrieve(group, $0) }
      }
    }
  }

  /// Runs `body` where callgrind counts, and says what it was.
  private static func measured(
    _ name: String, units: Int, allocations: Int = 0, _ body: () -> Void
  ) {
    withoutActuallyEscaping(body) { body in
      var body = body
      withUnsafeMutablePointer(to: &body) { pointer in
        qac_measured(
          { $0?.assumingMemoryBound(to: (() -> Void).self).pointee() },
          UnsafeMutableRawPointer(pointer))
      }
    }
    print("\(name)\t\(units)\t\(allocations)")
  }
}
