// What can be wrong with what a peer sent. Text never holds any of what was sent: it may be a query.

/// Where and why a text is not JSON as this protocol takes it.
public struct JSONFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// What was wrong.
  public enum Kind: Sendable, Equatable {
    /// The text ends within a value.
    case unexpectedEnd
    /// A byte that cannot stand here.
    case unexpectedByte
    /// Something follows the value.
    case trailingBytes
    /// A control character within a string, not escaped.
    case controlCharacter
    /// An escape that JSON does not have.
    case invalidEscape
    /// A string that is not UTF-8.
    case invalidUTF8
    /// A number beyond what a double holds.
    case numberOutOfRange
    /// Nesting beyond `ProtocolLimits.maximumDepth`.
    case tooDeep
  }

  /// What was wrong.
  public let kind: Kind
  /// Where: bytes from the start of the text.
  public let offset: Int

  /// What was wrong, where, and what to do.
  public var description: String {
    switch kind {
    case .unexpectedEnd: return "the JSON ends too early; send one whole object a line"
    case .unexpectedByte: return "byte \(offset) cannot stand there in JSON; escape with a library"
    case .trailingBytes: return "byte \(offset) follows the JSON value; end it with a newline"
    case .controlCharacter: return "byte \(offset) is a raw control character; write it as \\u00XX"
    case .invalidEscape: return "byte \(offset) is no JSON escape; double the backslash"
    case .invalidUTF8: return "byte \(offset) is not valid UTF-8; encode strings as UTF-8"
    case .numberOutOfRange: return "the number at byte \(offset) is out of range; use a double's"
    case .tooDeep:
      return "byte \(offset) nests deeper than \(ProtocolLimits.maximumDepth); flatten the value"
    }
  }
}

/// What is wrong with a line or one of its requests.
public enum ProtocolFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// The line is not JSON.
  case notJSON(JSONFault)
  /// The line is longer than `limit` bytes.
  case frameTooLarge(limit: Int)
  /// An array without a request.
  case emptyBatch
  /// An array with more than `limit` requests.
  case batchTooLarge(limit: Int)
  /// Not an object.
  case notAnObject
  /// A member of the request is missing or not what it must be.
  case invalidMember(name: StaticText, expected: StaticText)
  /// A member that the protocol knows was given twice.
  case repeatedMember(name: StaticText)
  /// A method that this version does not have.
  case unknownMethod
  /// A parameter is missing.
  case missingParameter(name: StaticText)
  /// A parameter is not what it must be.
  case invalidParameter(name: StaticText, expected: StaticText)
  /// Two parameters that exclude each other.
  case conflictingParameters(StaticText, StaticText)
  /// `at` was given, but the daemon keeps its own time.
  case clientTimeRefused

  /// The code of the answer.
  public var code: ErrorCode {
    switch self {
    case .notJSON: return .parseError
    case .frameTooLarge: return .frameTooLarge
    case .batchTooLarge: return .batchTooLarge
    case .emptyBatch, .notAnObject, .invalidMember, .repeatedMember: return .invalidRequest
    case .unknownMethod: return .methodNotFound
    case .missingParameter, .invalidParameter, .conflictingParameters: return .invalidParams
    case .clientTimeRefused: return .clientTimeRefused
    }
  }

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .notJSON(let fault):
      return "\(fault)"
    case .frameTooLarge(let limit):
      return "the line is longer than \(limit) bytes and was skipped; send shorter lines"
    case .emptyBatch:
      return "the batch is empty; put at least one request into the array"
    case .batchTooLarge(let limit):
      return "the batch holds more than \(limit) requests; send several batches"
    case .notAnObject:
      return "a request must be an object; send {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"
    case .invalidMember(let name, let expected):
      return "\(name) must be \(expected); correct the request"
    case .repeatedMember(let name):
      return "\(name) is given twice; send it once"
    case .unknownMethod:
      return "no such method; this version has "
        + Method.allCases.map(\.rawValue).joined(separator: ", ")
    case .missingParameter(let name):
      return "params.\(name) is missing; add it"
    case .invalidParameter(let name, let expected):
      return "params.\(name) must be \(expected); correct it"
    case .conflictingParameters(let first, let second):
      return "params.\(first) and params.\(second) exclude each other; send one of them"
    case .clientTimeRefused:
      return "params.at is not allowed; start qacd with --clock client to replay a log"
    }
  }
}

/// A fault, and the id of the request it was found in when that could be read.
public struct RequestError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public let fault: ProtocolFault
  /// The id to answer with: `.null` when it could not be read, nil when this is a notification,
  /// which is never answered.
  public let id: RequestID?

  /// What is wrong and what to do.
  public var description: String { fault.description }
}

/// A text from this program's source: the proof that an error holds nothing of what a peer sent.
public struct StaticText: Sendable, Equatable, ExpressibleByStringLiteral, CustomStringConvertible {
  let text: StaticString

  /// Makes a text from one that is part of the program.
  public init(_ text: StaticString) {
    self.text = text
  }

  /// Makes a text from a literal.
  public init(stringLiteral value: StaticString) {
    text = value
  }

  /// The text.
  public var description: String { "\(text)" }

  /// Whether both are the same text.
  public static func == (a: StaticText, b: StaticText) -> Bool {
    a.description == b.description
  }
}
