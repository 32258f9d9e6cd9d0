// Writes the answer to `blocks`, `pins`, `boosts` or `items`, one rule or item at a time.

internal import QACJSON

/// Appends the answer to one `blocks`, `pins`, `boosts` or `items`.
///
/// Calls come in the order `init`, any number of rules or items, `finish`.
public struct RulesEncoder {
  private var isFirst = true

  /// Starts the answer.
  public init(id: RequestID, into output: inout [UInt8]) {
    ResponseEncoder.open(id: id, into: &output)
    JSONText.append("{\"rules\":[", to: &output)
  }

  /// Starts the answer to `items`.
  public init(itemsFor id: RequestID, into output: inout [UInt8]) {
    ResponseEncoder.open(id: id, into: &output)
    JSONText.append("{\"items\":[", to: &output)
  }

  /// Appends an item.
  public mutating func append(
    item id: [UInt8], title: [UInt8], _ state: ListedItem.State, into output: inout [UInt8]
  ) {
    JSONText.append(isFirst ? "{\"id\":" : ",{\"id\":", to: &output)
    isFirst = false
    JSONText.append(string: id, to: &output)
    JSONText.append(",\"title\":", to: &output)
    JSONText.append(string: title, to: &output)
    switch state {
    case .added: JSONText.append(",\"state\":\"added\"}", to: &output)
    case .indexed: JSONText.append(",\"state\":\"indexed\"}", to: &output)
    case .removed: JSONText.append(",\"state\":\"removed\"}", to: &output)
    }
  }

  /// Appends a rule; `isInFile` says whether it comes from the block list's file or from `block`.
  public mutating func append(
    kind: Request.Rule.Kind, text: [UInt8], isInFile: Bool, into output: inout [UInt8]
  ) {
    begin(kind, text, into: &output)
    JSONText.append(isInFile ? ",\"source\":\"file\"}" : ",\"source\":\"method\"}", to: &output)
  }

  /// Appends a boost.
  public mutating func append(
    kind: Request.Rule.Kind, text: [UInt8], factor: Double, into output: inout [UInt8]
  ) {
    begin(kind, text, into: &output)
    JSONText.append(",\"factor\":", to: &output)
    JSONText.append(double: factor, to: &output)
    output.append(0x7D)
  }

  /// Appends a pin.
  public mutating func append(
    prefix: [UInt8], text: [UInt8], until: Int64?, into output: inout [UInt8]
  ) {
    JSONText.append(isFirst ? "{\"prefix\":" : ",{\"prefix\":", to: &output)
    isFirst = false
    JSONText.append(string: prefix, to: &output)
    JSONText.append(",\"text\":", to: &output)
    JSONText.append(string: text, to: &output)
    if let until {
      JSONText.append(",\"until\":", to: &output)
      JSONText.append(integer: until, to: &output)
    }
    output.append(0x7D)
  }

  private mutating func begin(
    _ kind: Request.Rule.Kind, _ text: [UInt8], into output: inout [UInt8]
  ) {
    JSONText.append(isFirst ? "{\"kind\":" : ",{\"kind\":", to: &output)
    isFirst = false
    JSONText.append(string: Array(kind.rawValue.utf8), to: &output)
    JSONText.append(",\"text\":", to: &output)
    JSONText.append(string: text, to: &output)
  }

  /// Ends the answer.
  public func finish(into output: inout [UInt8]) {
    JSONText.append("]}", to: &output)
    ResponseEncoder.close(into: &output)
  }
}
