// A disk that is soon full: mounted by a test that runs as root, gone with it.

import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// A small file system of a test's own, in memory.
final class SmallDisk {
  let path: String

  /// Whether this process may mount one.
  static let isPossible = (try? SmallDisk(kibibytes: 64)) != nil

  /// Mounts an empty one.
  init(kibibytes: Int) throws {
    path = NSTemporaryDirectory() + "/qac-disk-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let mount = try Programs.run(
      "/bin/mount", ["-t", "tmpfs", "-o", "size=\(kibibytes)k,mode=0700", "tmpfs", path])
    guard mount.code == 0 else {
      rmdir(path)
      throw POSIXError(.EPERM)
    }
  }

  deinit {
    _ = try? Programs.run("/bin/umount", ["-l", path])
    rmdir(path)
  }
}
