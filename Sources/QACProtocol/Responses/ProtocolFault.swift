// What can be wrong with a peer's line. A message never holds anything that the peer sent, because
// it may be a query.

public import QACJSON

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
  /// This version has no such method.
  case unknownMethod
  /// A parameter is missing.
  case missingParameter(name: StaticText)
  /// A parameter is not what it must be.
  case invalidParameter(name: StaticText, expected: StaticText)
  /// Two parameters that exclude each other.
  case conflictingParameters(StaticText, StaticText)
  /// The request has `at`, but the daemon uses its own clock.
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
        + Method.allCases.map(\.description).joined(separator: ", ")
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

/// A fault, and the id of the request that has it, if the id could be read.
public struct RequestError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What is wrong.
  public let fault: ProtocolFault
  /// The id to answer with: `.null` if it could not be read; nil if this is a notification, which
  /// gets no answer.
  public let id: RequestID?

  /// What is wrong and what to do.
  public var description: String { fault.description }
}

/// A text from this program's source: the proof that an error holds nothing that a peer sent.
///
/// A literal may interpolate whole numbers, such as limits, and nothing else.
public struct StaticText: Sendable, Equatable, ExpressibleByStringInterpolation,
  CustomStringConvertible
{
  /// A literal with numbers in it.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    /// Makes an empty text.
    public init(literalCapacity: Int, interpolationCount: Int) {}

    /// Appends a piece of the literal.
    public mutating func appendLiteral(_ literal: StaticString) { text += "\(literal)" }

    /// Appends a number of the program; it must not be one that a peer sent.
    public mutating func appendInterpolation(_ number: Int) { text += "\(number)" }
  }

  private enum Storage {
    case literal(StaticString)
    case interpolated(String)
  }

  private let storage: Storage

  /// Makes a text from one that is part of the program.
  public init(_ text: StaticString) {
    storage = .literal(text)
  }

  /// Makes a text from a literal.
  public init(stringLiteral value: StaticString) {
    storage = .literal(value)
  }

  /// Makes a text from a literal with numbers in it.
  public init(stringInterpolation: StringInterpolation) {
    storage = .interpolated(stringInterpolation.text)
  }

  /// The text.
  public var description: String {
    switch storage {
    case .literal(let text): return "\(text)"
    case .interpolated(let text): return text
    }
  }

  /// Whether both are the same text.
  public static func == (a: StaticText, b: StaticText) -> Bool {
    a.description == b.description
  }
}
