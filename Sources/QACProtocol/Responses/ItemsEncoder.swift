// Writes items, one at a time, from the engine's own memory: the answer to `retrieve`, or the
// second list of a `complete` that asks for items.

internal import QACJSON

/// Appends the items of one answer.
///
///     var encoder = ItemsEncoder(id: id, into: &output)
///     encoder.append(id: item, title: title, payload: payload, score: score, into: &output)
///     encoder.finish(index: identity, microseconds: took, into: &output)
///
/// Invariant: calls come in the order `init`, any number of items, `finish`; after `finish` the
/// output has one JSON object more.
public struct ItemsEncoder {
  private var isFirst = true

  /// Starts the answer to `retrieve`.
  public init(id: RequestID, into output: inout [UInt8]) {
    ResponseEncoder.open(id: id, into: &output)
    JSONText.append("{\"items\":[", to: &output)
  }

  /// Goes on with the items of an answer whose suggestions are all there.
  public init(after suggestions: SuggestionsEncoder, into output: inout [UInt8]) {
    JSONText.append("],\"items\":[", to: &output)
  }

  /// Appends an item, best first.
  ///
  /// - Parameters:
  ///   - id: The item's id, UTF-8.
  ///   - title: Its title as it is shown, UTF-8.
  ///   - payload: One JSON value that `ItemPayload.isValid` accepts, or nothing.
  ///   - score: Greater is better; written to six significant digits.
  ///   - output: Where to write.
  /// - Complexity: O(bytes); no allocation except the growth of the output.
  public mutating func append(
    id: UnsafeBufferPointer<UInt8>, title: UnsafeBufferPointer<UInt8>,
    payload: UnsafeBufferPointer<UInt8>, score: Double, into output: inout [UInt8]
  ) {
    begin(id: id, title: title, payload: payload, score: score, into: &output)
    output.append(0x7D)
  }

  /// Appends an item with the arm that put it highest, the n-grams of the request that it has, as
  /// kind and text, and the features that make its score.
  public mutating func append(
    id: UnsafeBufferPointer<UInt8>, title: UnsafeBufferPointer<UInt8>,
    payload: UnsafeBufferPointer<UInt8>, score: Double, arm: StaticString,
    terms: [(kind: StaticString, text: [UInt8])] = [],
    features: [(name: String, value: Double, weight: Double)], into output: inout [UInt8]
  ) {
    begin(id: id, title: title, payload: payload, score: score, into: &output)
    JSONText.append(",\"arm\":\"", to: &output)
    JSONText.append(arm, to: &output)
    output.append(0x22)
    for (i, term) in terms.enumerated() {
      JSONText.append(i == 0 ? ",\"terms\":[{\"kind\":\"" : ",{\"kind\":\"", to: &output)
      JSONText.append(term.kind, to: &output)
      JSONText.append("\",\"text\":", to: &output)
      term.text.withUnsafeBufferPointer { JSONText.append(string: $0, to: &output) }
      output.append(0x7D)
    }
    if !terms.isEmpty { output.append(0x5D) }
    ResponseEncoder.append(features, into: &output)
    output.append(0x7D)
  }

  private mutating func begin(
    id: UnsafeBufferPointer<UInt8>, title: UnsafeBufferPointer<UInt8>,
    payload: UnsafeBufferPointer<UInt8>, score: Double, into output: inout [UInt8]
  ) {
    JSONText.append(isFirst ? "{\"id\":" : ",{\"id\":", to: &output)
    isFirst = false
    JSONText.append(string: id, to: &output)
    JSONText.append(",\"title\":", to: &output)
    JSONText.append(string: title, to: &output)
    JSONText.append(",\"score\":", to: &output)
    JSONText.append(rounded: score, to: &output)
    if !payload.isEmpty {
      JSONText.append(",\"payload\":", to: &output)
      output.append(contentsOf: payload)
    }
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
