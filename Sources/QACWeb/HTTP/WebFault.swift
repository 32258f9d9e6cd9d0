// What is wrong with a request from the web, as its sender is told.
//
// Invariant: a message holds no text of the request.

internal import QACJSON

/// Why a request was not answered as it was meant.
public enum WebFault: Error, Sendable, Equatable {
  /// There is nothing at the path.
  case notFound
  /// The path takes other methods: those named, separated by commas.
  case methodNotAllowed(allow: String)
  /// A parameter is missing, given twice, or out of its range.
  case parameter(String, expected: String)
  /// The body is not what the method takes.
  case body(expected: String)
  /// The body has more than so many bytes.
  case bodyTooLarge(limit: Int)
  /// The body is not JSON.
  case mediaType
  /// The request comes from a page of another site.
  case foreignOrigin
  /// This session or network asks for more than its share.
  case tooMany
  /// The daemon does not answer.
  case unavailable
  /// The daemon cannot count people by their networks.
  case daemonTooOld

  /// The status of the answer.
  public var status: Int {
    switch self {
    case .notFound: return 404
    case .methodNotAllowed: return 405
    case .parameter, .body: return 400
    case .bodyTooLarge: return 413
    case .mediaType: return 415
    case .foreignOrigin: return 403
    case .tooMany: return 429
    case .unavailable, .daemonTooOld: return 503
    }
  }

  /// A word for programs.
  public var code: String {
    switch self {
    case .notFound: return "not_found"
    case .methodNotAllowed: return "method_not_allowed"
    case .parameter: return "invalid_parameter"
    case .body: return "invalid_body"
    case .bodyTooLarge: return "body_too_large"
    case .mediaType: return "unsupported_media_type"
    case .foreignOrigin: return "foreign_origin"
    case .tooMany: return "too_many_requests"
    case .unavailable: return "unavailable"
    case .daemonTooOld: return "daemon_too_old"
    }
  }

  /// What is wrong and what to do.
  public var message: String {
    switch self {
    case .notFound: return "there is nothing at this path; /openapi.json says what there is"
    case .methodNotAllowed(let allow): return "this path takes other methods; use \(allow)"
    case .parameter(let name, let expected): return "\(name) must be \(expected); correct it"
    case .body(let expected): return "the body must be \(expected); correct it"
    case .bodyTooLarge(let limit): return "the body has more than \(limit) bytes; send less"
    case .mediaType: return "the body must be JSON; send Content-Type: application/json"
    case .foreignOrigin:
      return "the request comes from a page of another site; send it from this one"
    case .tooMany: return "too many requests; wait a second"
    case .unavailable: return "the completions are not available at present; try again later"
    case .daemonTooOld: return "the daemon is of an earlier version; install the same as qac-web's"
    }
  }

  /// The body of the answer.
  public var json: [UInt8] {
    JSONValue.object([
      .init("error", .object([.init("code", .text(code)), .init("message", .text(message))]))
    ]).json
  }
}
