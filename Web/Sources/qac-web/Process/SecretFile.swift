// The file that keeps a site's secret, so that cookies outlive a restart.

import Foundation
import QACWeb

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Why there is no secret.
enum SecretFault: Error, CustomStringConvertible {
  case unreadable(String)
  case open(String)
  case short(String)

  var description: String {
    switch self {
    case .unreadable(let path): return "cannot read or make \(path); name another by --secret"
    case .open(let path): return "others may read \(path); give it the mode 0600"
    case .short(let path):
      return "\(path) has fewer than \(WebKeys.secretBytes) bytes; remove it, and it is made anew"
    }
  }
}

enum SecretFile {
  /// The secret in the file at `path`, which is made if it is missing.
  static func secret(at path: String) throws(SecretFault) -> [UInt8] {
    let directory = (path as NSString).deletingLastPathComponent
    try? FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    let made = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0o600)
    if made >= 0 {
      defer { close(made) }
      let secret = WebKeys.randomSecret()
      guard write(made, secret, secret.count) == secret.count, fsync(made) == 0 else {
        throw .unreadable(path)
      }
      return secret
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { throw .unreadable(path) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path)
    }
    guard status.st_mode & 0o077 == 0 else { throw .open(path) }
    var secret = [UInt8](repeating: 0, count: WebKeys.secretBytes)
    guard read(descriptor, &secret, secret.count) == secret.count else { throw .short(path) }
    return secret
  }
}
