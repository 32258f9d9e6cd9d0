// The published versions as commands list them.

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
