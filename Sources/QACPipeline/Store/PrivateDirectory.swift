// Directories that hold what people typed: their owner's alone.

import Foundation

/// Makes directories for versions and state.
enum PrivateDirectory {
  /// Makes the directory `path` and those above it where they are missing, of mode 0700.
  ///
  /// - Throws: `PipelineError.noDirectory`.
  static func make(_ path: String) throws(PipelineError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw .noDirectory(path: path)
    }
  }
}
