// An index without labels: what a daemon serves before there is an index.
//
// It is made in memory and has no file: a file of an index needs at least one label. Everything else
// holds for it as for others. Its log ended at no time, so every recorded query is newer than it.
//
// Invariant: `identity` is `noIdentity`, which is no identity of a file.

import QACBinary
public import QACText

extension LabelIndex {
  /// The identity of an index without labels.
  public static let noIdentity = "none"

  /// Whether this is an index without labels.
  public var isEmpty: Bool { labelCount == 0 }

  /// An index without labels, for texts of `profile`.
  public static func empty(_ profile: NormalizationProfile) -> LabelIndex {
    var content = IndexContent(
      profile: profile, features: FeatureSpace(documentFrequencies: [:], documents: 0))
    var root = NodeRecord()
    root.memberStart = IndexFormat.contiguous
    content.nodes = [root]
    do {
      return try LabelIndex(
        file: MappedFile(copying: IndexWriter.serialize(content)), path: "memory",
        fewestLabels: 0)
    } catch {
      preconditionFailure("the writer made a file that the reader refuses: \(error)")
    }
  }
}
