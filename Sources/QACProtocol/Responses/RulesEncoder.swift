// Writes the answer to `blocks`, one rule at a time.

internal import QACJSON

/// Appends the answer to one `blocks`.
///
/// Calls come in the order `init`, any number of rules, `finish`.
public struct RulesEncoder {
  private var isFirst = true

  /// Starts the answer.
  public init(id: RequestID, into output: inout [UInt8]) {
    ResponseEncoder.open(id: id, into: &output)
    JSONText.append("{\"rules\":[", to: &output)
  }

  /// Appends a rule; `isInFile` says whether it comes from the block list's file or from `block`.
  public mutating func append(
    kind: Request.Rule.Kind, text: [UInt8], isInFile: Bool, into output: inout [UInt8]
  ) {
    JSONText.append(isFirst ? "{\"kind\":" : ",{\"kind\":", to: &output)
    isFirst = false
    JSONText.append(string: Array(kind.rawValue.utf8), to: &output)
    JSONText.append(",\"text\":", to: &output)
    JSONText.append(string: text, to: &output)
    JSONText.append(isInFile ? ",\"source\":\"file\"}" : ",\"source\":\"method\"}", to: &output)
  }

  /// Ends the answer.
  public func finish(into output: inout [UInt8]) {
    JSONText.append("]}", to: &output)
    ResponseEncoder.close(into: &output)
  }
}
