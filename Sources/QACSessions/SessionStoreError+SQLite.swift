// From SQLite's result codes to the store's errors.
//
// Source: https://www.sqlite.org/rescode.html

internal import GRDB

extension SessionStoreError {
  /// What `error`, thrown by GRDB, means for the database at `path`.
  init(_ error: any Error, path: String) {
    switch error {
    case let error as SessionStoreError:
      self = error
    case let error as DatabaseError:
      self.init(code: error.extendedResultCode, path: path)
    default:
      self = .unexpected(path: path, code: DatabaseError.SQLITE_ERROR.rawValue)
    }
  }

  /// What the result code `code` means for the database at `path`.
  init(code: ResultCode, path: String) {
    switch code.primaryResultCode {
    case .SQLITE_CORRUPT: self = .corrupt(path: path)
    case .SQLITE_NOTADB: self = .notADatabase(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL: self = .locked(path: path)
    case .SQLITE_READONLY: self = .readOnly(path: path)
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_PERM, .SQLITE_AUTH, .SQLITE_CANTOPEN: self = .permissionDenied(path: path)
    case .SQLITE_IOERR: self = .inputOutput(path: path, code: code.rawValue)
    default: self = .unexpected(path: path, code: code.rawValue)
    }
  }

  /// Runs `body`; what it throws becomes a `SessionStoreError`.
  static func translating<R>(
    path: String, _ body: () throws -> R
  ) throws(SessionStoreError) -> R {
    do {
      return try body()
    } catch {
      throw SessionStoreError(error, path: path)
    }
  }
}
