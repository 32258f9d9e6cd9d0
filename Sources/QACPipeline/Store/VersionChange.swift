// A change of the served version by hand: a rollback.

import QACEngine
import QACIndex

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
