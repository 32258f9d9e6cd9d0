// Indexes on their way from the machine that builds them to those that serve them: files in a
// directory that all reach, or that rsync or an object store's tool copies.
//
//     DIR/TIME-HASH.qaci     an index; its name has the hash of its content, and it never changes
//     DIR/latest.json        which of them to serve, how long it is, and its hash
//
// Publishing writes the index under its own name, syncs it and renames it into place, and then does
// so with the manifest. Fetching reads the manifest, checks the length, the hash and the whole index,
// and renames it over the served file.
//
// Invariant: at every moment the manifest names a whole index, and the served file is a whole index
// that was good. A copy of the directory that is not finished is noticed by the hash.
// Not defended: the hash finds accidents. Somebody who may write to the directory may publish.
// Cost: the index in memory, once.

import Foundation
import QACBinary
import QACEngine
import QACIndex

/// A directory through which indexes are handed on.
package struct IndexShelf {
  /// What the manifest says.
  private struct Manifest: Codable, Equatable {
    var index: String
    var bytes: Int
    var hash: String
  }

  /// What `publish` or `fetch` did.
  package struct Outcome: Sendable, Equatable {
    /// The name of the index in the directory.
    package var name: String
    /// Its length in bytes.
    package var byteCount: Int
    /// Whether it was there already, so that nothing was done.
    package var wasThere: Bool
  }

  private static let manifestName = "latest.json"
  private static let suffix = ".qaci"

  /// The directory.
  package let path: String

  /// Names a shelf; nothing is read yet.
  package init(_ path: String) { self.path = path }

  private var manifest: Manifest? {
    PipelineJSON.read(Manifest.self, at: "\(path)/\(Self.manifestName)")
  }

  /// Puts the index at `file` on the shelf, and makes it the latest.
  ///
  /// - Parameters:
  ///   - file: The index.
  ///   - now: Unix seconds, for its name.
  ///   - kept: How many indexes stay, at least 2; older ones are removed.
  /// - Returns: What was done.
  /// - Throws: `PipelineError` if the index is bad or the directory cannot be written.
  package func publish(
    _ file: String, now: Int64, keeping kept: Int
  ) throws(PipelineError) -> Outcome {
    let bytes = try Self.wrapping { try RegularFile.contents(file) }
    let hash = IndexStore.contentHash(bytes)
    if let latest = manifest, latest.hash == hash, latest.bytes == bytes.count {
      return Outcome(name: latest.index, byteCount: bytes.count, wasThere: true)
    }
    try Self.verify(file)
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .noDirectory(path: path)
    }
    let name = IndexStore.name(bytes, now: now) + Self.suffix
    let entry = Manifest(index: name, bytes: bytes.count, hash: hash)
    try Self.wrapping {
      try AtomicFile.write(bytes, to: "\(path)/\(name)")
      try AtomicFile.write(
        PipelineJSON.encode(entry), to: "\(path)/\(Self.manifestName)")
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let indexes = names.filter { $0.hasSuffix(Self.suffix) && $0 != name }.sorted()
    for old in indexes.dropLast(max(1, kept - 1)) {
      try? FileManager.default.removeItem(atPath: "\(path)/\(old)")
    }
    return Outcome(name: name, byteCount: bytes.count, wasThere: false)
  }

  /// Brings the latest index to `file`, if it is another one.
  ///
  /// - Throws: `PipelineError` if there is none, or if it is not whole or not good: `file` is then as
  ///   it was.
  package func fetch(to file: String) throws(PipelineError) -> Outcome {
    guard let latest = manifest, !latest.index.contains("/"), latest.index.hasSuffix(Self.suffix)
    else { throw .noManifest(path: "\(path)/\(Self.manifestName)") }
    let present = try? RegularFile.contents(file)
    if let present, present.count == latest.bytes, IndexStore.contentHash(present) == latest.hash {
      return Outcome(name: latest.index, byteCount: latest.bytes, wasThere: true)
    }
    let source = "\(path)/\(latest.index)"
    let bytes = try Self.wrapping { try RegularFile.contents(source, limit: latest.bytes + 1) }
    guard bytes.count == latest.bytes, IndexStore.contentHash(bytes) == latest.hash else {
      throw .notWhole(path: source)
    }
    // Beside the served file, so that one rename puts it there.
    let fetched = file + ".fetched"
    defer { unlink(fetched) }
    try Self.wrapping { try AtomicFile.write(bytes, to: fetched) }
    try Self.verify(fetched)
    guard rename(fetched, file) == 0 else {
      throw .failed("cannot rename \(fetched) to \(file): check the path and its permissions")
    }
    return Outcome(name: latest.index, byteCount: bytes.count, wasThere: false)
  }

  /// Checks every byte of an index, as the daemon does before it serves.
  private static func verify(_ file: String) throws(PipelineError) {
    try wrapping {
      let index = try LabelIndex(opening: file)
      _ = try CompletionEngine(index: index)
    }
  }

  private static func wrapping<Value>(_ body: () throws -> Value) throws(PipelineError) -> Value {
    do {
      return try body()
    } catch {
      throw PipelineError(error)
    }
  }
}
