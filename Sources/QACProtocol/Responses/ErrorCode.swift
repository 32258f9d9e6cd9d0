// The codes of error answers. A client must accept codes that it does not know, so the client's
// types hold an `Int` and offer this enum as a view of it.

/// The error codes of the protocol.
public enum ErrorCode: Int, Sendable, CaseIterable {
  /// The line is not JSON.
  case parseError = -32700
  /// The line is JSON but not a request.
  case invalidRequest = -32600
  /// There is no such method.
  case methodNotFound = -32601
  /// A parameter is missing, of the wrong type or out of its range.
  case invalidParams = -32602
  /// The daemon failed in a way that it did not expect.
  case internalError = -32603
  /// The line is longer than `ProtocolLimits.maximumFrameBytes`.
  case frameTooLarge = -32000
  /// The batch holds more than `ProtocolLimits.maximumBatchRequests` requests.
  case batchTooLarge = -32001
  /// The daemon is too busy; the same request may succeed later.
  case busy = -32002
  /// The daemon is stopping; the next one may answer the same request.
  case shuttingDown = -32003
  /// The database of sessions cannot be read or written.
  case databaseUnavailable = -32004
  /// No index can be served or loaded.
  case indexUnavailable = -32005
  /// The request has `at`, but the daemon uses its own clock.
  case clientTimeRefused = -32006
  /// The file of block rules cannot be read or is invalid.
  case blockListUnavailable = -32007
  /// The rule is in the block list's file, which no method changes.
  case ruleInFile = -32008
  /// The text to pin is blocked by a rule.
  case textBlocked = -32009

  /// The name in docs/protocol.md and in metrics, in lower camel case.
  public var name: String {
    switch self {
    case .parseError: return "parseError"
    case .invalidRequest: return "invalidRequest"
    case .methodNotFound: return "methodNotFound"
    case .invalidParams: return "invalidParams"
    case .internalError: return "internalError"
    case .frameTooLarge: return "frameTooLarge"
    case .batchTooLarge: return "batchTooLarge"
    case .busy: return "busy"
    case .shuttingDown: return "shuttingDown"
    case .databaseUnavailable: return "databaseUnavailable"
    case .indexUnavailable: return "indexUnavailable"
    case .clientTimeRefused: return "clientTimeRefused"
    case .blockListUnavailable: return "blockListUnavailable"
    case .ruleInFile: return "ruleInFile"
    case .textBlocked: return "textBlocked"
    }
  }

  /// Whether the same request may succeed later without a change.
  public var isTransient: Bool {
    switch self {
    case .busy, .shuttingDown, .databaseUnavailable, .indexUnavailable,
      .blockListUnavailable:
      return true
    default: return false
    }
  }
}
