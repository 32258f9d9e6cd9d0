// The files of one directory, for pages that are served beside the completions.
//
// They are read once, at the start. A path is looked up in a table, so no path leads out of the
// directory.

import Foundation
import HTTPTypes
import HummingbirdCore

/// Files in memory, by name.
struct StaticFiles: Sendable {
  private static let types = [
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
    "css": "text/css; charset=utf-8", "svg": "image/svg+xml", "png": "image/png",
    "webp": "image/webp", "ico": "image/x-icon", "txt": "text/plain; charset=utf-8",
  ]
  private static let policy = """
    default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'
    """

  private var files: [String: WebResponse] = [:]

  /// Makes a table without files.
  init() {}

  /// Reads the files of `directory` whose type is known.
  init(directory: String) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
      guard let type = Self.types[(name as NSString).pathExtension], !name.hasPrefix(".") else {
        continue
      }
      let data = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)"))
      var fields = [(HTTPField.Name.cacheControl, "no-cache")]
      if type.hasPrefix("text/html") { fields.append((.contentSecurityPolicy, Self.policy)) }
      files["/\(name)"] = WebResponse(status: 200, type: type, body: Array(data), fields: fields)
    }
    if let index = files["/index.html"] { files["/"] = index }
  }

  /// The file that `request` asks for.
  func response(to request: HummingbirdCore.Request, base: String) -> WebResponse? {
    guard request.method == .get || request.method == .head else { return nil }
    let path = request.head.path?.split(separator: "?", maxSplits: 1).first ?? "/"
    guard path.hasPrefix(base) else { return nil }
    return files[String(path.dropFirst(base.count))]
  }
}
