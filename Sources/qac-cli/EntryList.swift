// Recorded queries as the prompt lists them: each text once, with its age.

import Glibc
import QACProtocol
import QACTerminal

/// Makes the prompt's entries.
enum EntryList {
  /// The entries of `queries`, which come newest first.
  ///
  /// - Parameters:
  ///   - queries: What a session recorded.
  ///   - search: Words that an entry must hold, the last one unfinished; nil for all entries.
  /// - Returns: The entries in the order of the queries.
  static func entries(of queries: [RecordedQuery], search: String?) -> [Prompt.Entry] {
    let now = Int64(time(nil))
    var seen: Set<[UInt8]> = []
    var entries: [Prompt.Entry] = []
    for query in queries where seen.insert(query.query).inserted {
      let text = String(decoding: query.query, as: UTF8.self)
      if let search, !SuggestionMatch.holdsWords(of: Array(search), in: Array(text)) { continue }
      let failed = query.circumstances.outcome == .failed ? ", failed" : ""
      entries.append(.init(text: text, note: Age.text(seconds: now - query.at) + failed))
    }
    return entries
  }
}
