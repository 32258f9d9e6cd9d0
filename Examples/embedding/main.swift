// Completes prefixes in process: no daemon, no socket, no database.

import QACEngine
import QACIndex
import QACTraining

let index = try LabelIndex(observed: [
  ObservedQuery("news", count: 20), ObservedQuery("hotel", count: 7), ObservedQuery("paris"),
  ObservedQuery("New York", after: "hotel", count: 9), ObservedQuery("new york hotel", count: 2),
])
let engine = try CompletionEngine(index: index)
var session = Session()
print("new ->", engine.suggestions(for: "new", in: session).map(\.text))
session.record("Hotel")
let next = engine.suggestions(for: "new", in: session)
print("hotel, new ->", next.map { "\($0.text) (\($0.source))" })
