// What a submitted query tells of the use of suggestions: numbers, and never text.

internal import QACEngine
internal import QACProtocol
internal import QACText

/// How a query came about.
struct Submission: Sendable {
  /// How much of a query had been typed, in characters: of each range the first number.
  static let lengths = [0, 1, 3, 6, 11]
  /// The names of the sources of taken lines. A client may name one that this daemon does not know.
  static let sources = ["none"] + SuggestionSource.allCases.map { "\($0.name)" } + ["other"]
  /// How many kinds of submissions are told apart.
  static let kinds = sources.count * lengths.count

  /// The place of `source` and `length` among the kinds.
  let kind: Int
  /// The place of the line that was taken; 0 if none was.
  let place: Int
  /// The characters of the query that were not typed, if a line was taken.
  let saved: Int

  /// Reads `request`; nil if it does not say whether a line was taken.
  init?(_ request: Request.Record) {
    guard let choice = request.circumstances.choice else { return nil }
    func count(_ text: [UInt8]) -> Int { text.withUnsafeBufferPointer { UTF8Scalars.count($0) } }
    let typed = request.circumstances.typed.map(count) ?? 0
    let length = Self.lengths.lastIndex { $0 <= typed } ?? 0
    var source = 0
    if choice.taken > 0 {
      source =
        Self.sources.dropFirst().dropLast().firstIndex { name in
          choice.source.map { name.utf8.elementsEqual($0) } ?? false
        } ?? Self.sources.count - 1
    }
    kind = source * Self.lengths.count + length
    place = choice.taken
    saved = choice.taken > 0 ? max(0, count(request.query) - typed) : 0
  }

  /// The labels of a kind, for a monitoring system.
  static func labels(of kind: Int) -> PrometheusText.Labels {
    let length = kind % lengths.count
    let next = length + 1 < lengths.count ? "-\(lengths[length + 1] - 1)" : " and more"
    let isOne = length + 1 < lengths.count && lengths[length + 1] == lengths[length] + 1
    return [
      "source": sources[kind / lengths.count],
      "typed": isOne ? "\(lengths[length])" : "\(lengths[length])\(next)",
    ]
  }
}
