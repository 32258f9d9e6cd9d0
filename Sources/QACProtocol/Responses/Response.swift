// Reads answers: the client's half of `ResponseEncoder`.
//
// A client must accept the answers of a newer daemon, so members and error codes that it does not
// know are no fault.

public import QACJSON

/// An error answer. Its code may be one that this version does not know.
public struct RemoteError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The code on the wire.
  public let code: Int
  /// What the daemon says is wrong, and what to do.
  public let message: String

  /// Makes an error.
  public init(code: Int, message: String) {
    self.code = code
    self.message = message
  }

  /// The code, if this version knows it.
  public var known: ErrorCode? { ErrorCode(rawValue: code) }

  /// The message and the code.
  public var description: String { "\(message) (code \(code))" }
}

/// What is wrong with an answer.
public enum ResponseFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// The line is not JSON.
  case notJSON(JSONFault)
  /// The line is neither an answer nor an array of answers.
  case notAResponse
  /// The result lacks a member, or has one of another type.
  case invalidResult(member: StaticText)

  /// What is wrong and what to do.
  public var description: String {
    switch self {
    case .notJSON(let fault):
      return "the answer is not JSON (\(fault)); check that the socket belongs to qacd"
    case .notAResponse:
      return "the answer is not a JSON-RPC 2.0 response; check that the socket belongs to qacd"
    case .invalidResult(let member):
      return "the answer's \(member) is missing or of another type; use client and daemon of one "
        + "version"
    }
  }
}

/// An answer to one request.
public struct Response: Sendable, Equatable {
  /// The request's id; null if the daemon could not read it.
  public var id: RequestID
  /// The result or the error.
  public var outcome: Result<JSONValue, RemoteError>

  /// Makes an answer.
  public init(id: RequestID, outcome: Result<JSONValue, RemoteError>) {
    self.id = id
    self.outcome = outcome
  }

  /// Reads a line: one answer, or the answers of a batch in the daemon's order.
  ///
  /// - Complexity: O(`line.count`).
  public static func decode(
    _ line: UnsafeBufferPointer<UInt8>
  ) throws(ResponseFault) -> [Response] {
    let value: JSONValue
    do throws(JSONFault) {
      value = try JSONValue(parsing: line)
    } catch {
      throw .notJSON(error)
    }
    guard case .array(let elements) = value else { return [try Response(value)] }
    var responses: [Response] = []
    responses.reserveCapacity(elements.count)
    for element in elements { responses.append(try Response(element)) }
    return responses
  }

  /// Reads a line: one answer, or the answers of a batch in the daemon's order.
  public static func decode(_ line: [UInt8]) throws(ResponseFault) -> [Response] {
    try line.withUnsafeBufferPointer { buffer throws(ResponseFault) in try decode(buffer) }
  }

  private init(_ value: JSONValue) throws(ResponseFault) {
    guard value["jsonrpc"] == .string(Array("2.0".utf8)) else { throw .notAResponse }
    switch value["id"] {
    case .integer(let number): id = RequestID(number)
    case .string(let text): id = RequestID(String(decoding: text, as: UTF8.self))
    case .null: id = .null
    default: throw .notAResponse
    }
    if let result = value["result"] {
      outcome = .success(result)
      return
    }
    guard let error = value["error"], let code = error["code"]?.wholeNumber,
      let message = error["message"]?.utf8
    else { throw .notAResponse }
    outcome = .failure(
      RemoteError(code: Int(code), message: String(decoding: message, as: UTF8.self)))
  }
}
