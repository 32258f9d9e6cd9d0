// The published versions as commands see them: to list, and to roll back to.

import Foundation
import QACEngine
import QACIndex

/// A version that a rebuild has published.
public struct PublishedVersion: Codable, Sendable, Equatable {
  /// Its name: when it was published, and a hash of its content.
  public var name: String
  /// Whether it is the served one.
  public var isCurrent: Bool
  /// The number of its labels; 0 if it cannot be opened.
  public var labels: Int
  /// The bytes of its file; 0 if it cannot be opened.
  public var bytes: Int
  /// MRR@10 of its judgement; nil if there was none.
  public var mrr10: Double?

  /// The versions in the directory `path`, newest first.
  ///
  /// - Throws: `PipelineError`.
  public static func all(_ path: String) throws(PipelineError) -> [PublishedVersion] {
    try IndexStore.versions(path).reversed().map { version in
      let directory = "\(path)/versions/\(version.name)"
      let index = try? LabelIndex(opening: directory + "/index.qaci")
      let report = PipelineJSON.read(RebuildReport.self, at: directory + "/report.json")
      return PublishedVersion(
        name: version.name, isCurrent: version.isCurrent, labels: index?.labelCount ?? 0,
        bytes: index?.byteCount ?? 0,
        mrr10: report?.judgement?.systems.first { $0.name == .new }?.mrr10)
    }
  }
}

/// A change of the served version.
public struct VersionChange: Sendable {
  /// The version that the link names now.
  public var name: String
  /// Why the daemon does not serve it, and what to do; nil if it does, or was not told.
  public var problem: String?

  /// Makes the link in `directory` name another version, after reading that in full.
  ///
  /// - Parameters:
  ///   - directory: Where the versions are kept.
  ///   - name: The version; nil for the newest that is older than the current one.
  ///   - socket: The socket of the daemon that is told; nil for none.
  ///   - patience: How long to wait for that daemon; nil for `DaemonNotice.patience`.
  /// - Returns: What was done.
  /// - Throws: `PipelineError`; then the link has not changed.
  public static func rollBack(
    _ directory: String, to name: String?, socket: String?, patience: Duration? = nil
  ) throws(PipelineError) -> VersionChange {
    let store = try IndexStore(directory)
    let versions = try IndexStore.versions(directory).map(\.name)
    let current = try IndexStore.current(directory)
    guard let target = name ?? versions.last(where: { $0 < current ?? "" }),
      versions.contains(target)
    else { throw .noVersion(path: directory) }
    let engine: CompletionEngine
    do {
      engine = try CompletionEngine(index: LabelIndex(opening: store.index(of: target)))
    } catch {
      throw PipelineError(error)
    }
    try store.setCurrent(target)
    var change = VersionChange(name: target)
    if let socket {
      change.problem =
        DaemonNotice.tell(
          socket, identity: engine.index.identity, patience: patience ?? DaemonNotice.patience
        ).problem
    }
    return change
  }
}
