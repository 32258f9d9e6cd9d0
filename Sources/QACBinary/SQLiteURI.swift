// The name of a database for SQLite that is only read.
//
// Source: https://www.sqlite.org/uri.html.

#if canImport(Glibc)
  import Glibc
#endif

/// Names databases for `sqlite3_open_v2` with `SQLITE_OPEN_URI`.
package enum SQLiteURI {
  /// Whether the database at `path` has no log beside it: nobody has it open, and a reader that takes
  /// it as immutable writes nothing beside it.
  package static func isAtRest(_ path: String) -> Bool {
    var log = stat()
    return stat(path + "-wal", &log) != 0 || log.st_size == 0
  }

  /// The name of the database at `path`; with `isImmutable`, no lock is taken and no log is read.
  package static func readOnly(_ path: String, isImmutable: Bool) -> String {
    var uri = "file:"
    for byte in path.utf8 {
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2F, 0x2E, 0x2D, 0x5F:
        uri.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16)
        uri += "%" + (digits.count == 1 ? "0" : "") + digits
      }
    }
    return uri + (isImmutable ? "?immutable=1" : "?mode=ro")
  }
}
