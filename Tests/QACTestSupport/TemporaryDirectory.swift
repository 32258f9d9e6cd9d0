// A directory for one test, removed when the test releases it.

import Foundation

/// A fresh directory that is deleted with everything in it at `deinit`.
public final class TemporaryDirectory: Sendable {
  /// The directory's path, short enough for a Unix socket in it.
  public let path: String

  /// Makes a directory under the system's temporary directory.
  public init() throws {
    let name = "qac-\(UInt32.random(in: 0...UInt32.max))"
    path = NSTemporaryDirectory() + (NSTemporaryDirectory().hasSuffix("/") ? "" : "/") + name
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  /// The path of `name` in this directory.
  public func file(_ name: String) -> String { path + "/" + name }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }
}
