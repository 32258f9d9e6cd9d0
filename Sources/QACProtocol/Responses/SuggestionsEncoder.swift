// Writes the answer to `complete`, one suggestion at a time, from the engine's own memory.

internal import QACJSON

/// Appends the answer to one `complete`.
///
///     var encoder = SuggestionsEncoder(id: id, into: &output)
///     encoder.append(text: text, score: score, source: source, into: &output)
///     encoder.finish(index: identity, microseconds: took, into: &output)
///
/// Invariant: calls come in the order `init`, any number of suggestions, `finish`; after `finish`
/// the output has one JSON object more. In place of `finish`, an `ItemsEncoder` may go on.
public struct SuggestionsEncoder {
  private var isFirst = true

  /// Starts the answer.
  public init(id: RequestID, into output: inout [UInt8]) {
    ResponseEncoder.open(id: id, into: &output)
    JSONText.append("{\"suggestions\":[", to: &output)
  }

  /// Appends a suggestion, best first.
  ///
  /// - Parameters:
  ///   - text: The suggestion as it is shown, UTF-8.
  ///   - score: Greater is better; written to six significant digits.
  ///   - source: Where it came from, UTF-8.
  ///   - match: How it matches the typed text.
  ///   - hasFailed: Whether it is a query of the session whose last use failed.
  ///   - output: Where to write.
  /// - Complexity: O(`text.count`); no allocation except the growth of the output.
  public mutating func append(
    text: UnsafeBufferPointer<UInt8>, score: Double, source: UnsafeBufferPointer<UInt8>,
    match: Completion.Match = .prefix, hasFailed: Bool = false, into output: inout [UInt8]
  ) {
    begin(text: text, score: score, source: source, match, hasFailed, into: &output)
    output.append(0x7D)
  }

  /// Appends a suggestion with a source that is a text of the program.
  public mutating func append(
    text: UnsafeBufferPointer<UInt8>, score: Double, source: StaticString,
    match: Completion.Match = .prefix, hasFailed: Bool = false, into output: inout [UInt8]
  ) {
    append(
      text: text, score: score,
      source: UnsafeBufferPointer(start: source.utf8Start, count: source.utf8CodeUnitCount),
      match: match, hasFailed: hasFailed, into: &output)
  }

  /// Appends a suggestion and the features that make its score.
  public mutating func append(
    text: UnsafeBufferPointer<UInt8>, score: Double, source: UnsafeBufferPointer<UInt8>,
    match: Completion.Match = .prefix, hasFailed: Bool = false,
    features: [(name: String, value: Double, weight: Double)], into output: inout [UInt8]
  ) {
    begin(text: text, score: score, source: source, match, hasFailed, into: &output)
    ResponseEncoder.append(features, into: &output)
    output.append(0x7D)
  }

  private mutating func begin(
    text: UnsafeBufferPointer<UInt8>, score: Double, source: UnsafeBufferPointer<UInt8>,
    _ match: Completion.Match, _ hasFailed: Bool, into output: inout [UInt8]
  ) {
    // What stands between two values is one piece: appending costs more than copying.
    JSONText.append(isFirst ? "{\"text\":\"" : ",{\"text\":\"", to: &output)
    isFirst = false
    JSONText.append(contentOf: text, to: &output)
    JSONText.append("\",\"score\":", to: &output)
    JSONText.append(rounded: score, to: &output)
    JSONText.append(",\"source\":\"", to: &output)
    JSONText.append(contentOf: source, to: &output)
    switch match {
    case .prefix: JSONText.append("\",\"match\":\"prefix\"", to: &output)
    case .words: JSONText.append("\",\"match\":\"words\"", to: &output)
    case .corrected: JSONText.append("\",\"match\":\"corrected\",\"corrected\":true", to: &output)
    case .synonyms: JSONText.append("\",\"match\":\"synonyms\"", to: &output)
    }
    if hasFailed { JSONText.append(",\"failed\":true", to: &output) }
  }

  /// Ends the answer.
  ///
  /// - Parameters:
  ///   - index: The identity of the index that answered, UTF-8.
  ///   - microseconds: How long the daemon took, in microseconds.
  ///   - output: Where to write.
  public func finish(
    index: some Collection<UInt8>, microseconds: Int, into output: inout [UInt8]
  ) {
    ResponseEncoder.finish(index: index, microseconds: microseconds, into: &output)
  }
}

/// Appends the answer to one `history`, newest query first.
///
/// Calls come in the order `init`, any number of queries, `finish`.
public struct HistoryEncoder {
  private var isFirst = true

  /// Starts the answer.
  public init(id: RequestID, into output: inout [UInt8]) {
    ResponseEncoder.open(id: id, into: &output)
    JSONText.append("{\"queries\":[", to: &output)
  }

  /// Appends a recorded query, when it was submitted in unix seconds, and what else is known of it.
  public mutating func append(
    query: [UInt8], at time: Int64, _ circumstances: Request.Circumstances = .init(),
    into output: inout [UInt8]
  ) {
    JSONText.append(isFirst ? "{\"query\":" : ",{\"query\":", to: &output)
    isFirst = false
    JSONText.append(string: query, to: &output)
    JSONText.append(",\"at\":", to: &output)
    JSONText.append(integer: time, to: &output)
    circumstances.appendMembers(to: &output)
    output.append(0x7D)
  }

  /// Ends the answer.
  public func finish(into output: inout [UInt8]) {
    JSONText.append("]}", to: &output)
    ResponseEncoder.close(into: &output)
  }
}
