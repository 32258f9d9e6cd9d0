// Recorded queries as the prompt lists them: with their age, and how often they were used.

import Glibc
import QACProtocol
import QACTerminal

/// Makes the prompt's entries.
enum EntryList {
  /// The entries of `hits`.
  ///
  /// - Parameters:
  ///   - hits: What a session recorded.
  ///   - search: Words that an entry must hold, the last one unfinished; nil for all entries. The
  ///     daemon has looked for them if it knows how.
  ///   - isFound: Whether it does.
  /// - Returns: The entries in the order of the hits.
  static func entries(
    of hits: [SearchPage.Hit], search: String?, isFound: Bool
  ) -> [Prompt.Entry] {
    let now = Int64(time(nil))
    return hits.compactMap { hit in
      let text = String(decoding: hit.query, as: UTF8.self)
      if let search, !isFound, !SuggestionMatch.holdsWords(of: Array(search), in: Array(text)) {
        return nil
      }
      let uses = hit.last.uses > 1 ? ", \(hit.last.uses) times" : ""
      let failed = hit.last.outcome == .failed ? ", failed" : ""
      return .init(text: text, note: Age.text(seconds: now - hit.last.at) + uses + failed)
    }
  }
}
