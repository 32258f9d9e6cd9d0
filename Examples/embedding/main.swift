// Completes prefixes in process: no daemon, no socket, no database.

import QACEngine
import QACIndex
import QACText
import QACTraining

// 1. Learn from observed queries: each with the one before it, and how often.
let queries = ["hotel", "new york", "news", "new york hotel", "paris"]
let normalizer = Normalizer(.search)
let set = TrainingSet(
  profile: .search,
  queries: queries.map { normalizer.normalize($0) },
  surfaces: queries.map { Array($0.utf8) },
  examples: [
    .init(previous: TrainingSet.none, query: 2, count: 20),
    .init(previous: TrainingSet.none, query: 1, count: 5),
    .init(previous: 0, query: 1, count: 4),
    .init(previous: 0, query: 4, count: 3),
    .init(previous: 1, query: 3, count: 2),
  ])
let content = try IndexBuilder(settings: BuildSettings()).build(set)

// 2. Open it. A file that qac-index wrote is opened by LabelIndex(opening: path) instead.
let index = try LabelIndex(bytes: IndexWriter.serialize(content))

// 3. Serve: one engine for all threads, one scratch a thread, one context a session.
let engine = try CompletionEngine(index: index)
let scratch = CompletionScratch(engine: engine)
var session = SessionContext()

Array("new".utf8).withUnsafeBufferPointer {
  engine.complete(prefix: $0, context: session, at: 1000, limit: 3, scratch: scratch)
}
let first = (0..<scratch.count).map { String(decoding: scratch.text($0), as: UTF8.self) }
print("new ->", first)

// 4. What a session submits changes what it is shown next.
session.record(
  normalized: normalizer.normalize("Hotel"), surface: Array("Hotel".utf8), at: 1010)
Array("new".utf8).withUnsafeBufferPointer {
  engine.complete(prefix: $0, context: session, at: 1020, limit: 3, scratch: scratch)
}
let next = (0..<scratch.count).map { String(decoding: scratch.text($0), as: UTF8.self) }
print("hotel, new ->", next)
