// Empty files in the state directory. That one is there says something to all programs of this
// user: recording is paused, the daemon shall not be started, the first run was offered.

import Glibc
import QACBinary
import QACFindings
import QACProtocol

/// A file whose being there says something.
struct StateFile {
  /// Nothing that shells run is recorded.
  static let paused = StateFile(name: "paused")
  /// Shells do not start the daemon: somebody stopped it.
  static let stopped = StateFile(name: "stopped")
  /// The person was told of `qac-cli setup`, or ran it.
  static let offered = StateFile(name: "offered")

  let name: String

  /// The directory that also holds the daemon's database; nil if there is no home.
  static var directory: String? {
    let all = Environment.all
    let hasHome = ["XDG_STATE_HOME", "HOME"].contains { all[$0]?.hasPrefix("/") == true }
    return hasHome ? FilePermissions.directory(of: Environment.paths.database) : nil
  }

  /// The path of the file; nil if there is no home.
  var path: String? { Self.directory.map { "\($0)/\(name)" } }

  var isThere: Bool {
    guard let path else { return false }
    return access(path, F_OK) == 0
  }

  /// Makes the file.
  ///
  /// - Throws: `StateFileError`.
  func make() throws(StateFileError) {
    guard let path else { throw .noHome }
    do {
      try PrivateDirectory.make(above: path)
    } catch {
      throw .failed(path: path, code: errno)
    }
    let file = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .failed(path: path, code: errno) }
    close(file)
  }

  /// Removes the file, if it is there.
  ///
  /// - Throws: `StateFileError`.
  func remove() throws(StateFileError) {
    guard let path else { throw .noHome }
    if unlink(path) != 0, errno != ENOENT { throw .failed(path: path, code: errno) }
  }
}

/// Why a file was not made or removed.
enum StateFileError: Error, CustomStringConvertible {
  case noHome
  case failed(path: String, code: Int32)

  var description: String {
    switch self {
    case .noHome:
      return "there is no home directory to keep this in; set HOME or XDG_STATE_HOME"
    case .failed(let path, let code):
      return "cannot make or remove \(path): \(String(cString: strerror(code))); see errno(3)"
    }
  }
}
