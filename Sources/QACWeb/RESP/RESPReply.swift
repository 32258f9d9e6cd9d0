// Answers of the Redis protocol, in its versions 2 and 3.

/// A value of an answer.
public indirect enum RESPReply: Sendable, Equatable {
  /// A word such as `OK`.
  case simple(String)
  /// An error; its message begins with a word such as `ERR`.
  case error(String)
  /// A whole number.
  case integer(Int)
  /// A text.
  case bulk([UInt8])
  /// Nothing.
  case null
  /// Several values.
  case array([RESPReply])
  /// Names with their values; an array in version 2.
  case map([(String, RESPReply)])

  /// A text.
  public static func text(_ string: String) -> RESPReply { .bulk(Array(string.utf8)) }

  /// Whether both are written the same way.
  public static func == (a: RESPReply, b: RESPReply) -> Bool {
    var (one, other): ([UInt8], [UInt8]) = ([], [])
    a.append(to: &one, version: 3)
    b.append(to: &other, version: 3)
    return one == other
  }

  /// Appends the answer in `version` of the protocol.
  public func append(to output: inout [UInt8], version: Int) {
    func line(_ mark: Character, _ text: String) {
      // No answer of this program has a line break, but one would end the line.
      output += "\(mark)\(text.filter { !$0.isNewline })\r\n".utf8
    }
    switch self {
    case .simple(let text): line("+", text)
    case .error(let text): line("-", text)
    case .integer(let value): line(":", "\(value)")
    case .bulk(let bytes):
      line("$", "\(bytes.count)")
      output += bytes
      output += [0x0D, 0x0A]
    case .null: output += (version == 3 ? "_\r\n" : "$-1\r\n").utf8
    case .array(let elements):
      line("*", "\(elements.count)")
      for element in elements { element.append(to: &output, version: version) }
    case .map(let members):
      line(version == 3 ? "%" : "*", "\(members.count * (version == 3 ? 1 : 2))")
      for (name, value) in members {
        RESPReply.text(name).append(to: &output, version: version)
        value.append(to: &output, version: version)
      }
    }
  }
}
