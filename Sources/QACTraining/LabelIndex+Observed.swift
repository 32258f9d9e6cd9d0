// Builds an index in memory from strings: the shortest way from queries to completions.
//
// Invariant: equal observations in equal order, and equal settings, give equal bytes.
// Cost: that of `IndexBuilder`, and a copy of the bytes.

public import QACIndex
public import QACText

extension LabelIndex {
  /// Builds an index of `observed` in memory.
  ///
  /// - Parameters:
  ///   - observed: What was submitted, after what, and how often.
  ///   - profile: How texts are compared: `search` ignores case, `verbatim` is exact.
  ///   - settings: Hyper-parameters and seed.
  /// - Throws: `TrainingError` if no query is left to be a label, or a setting is out of range.
  public convenience init(
    observed: [ObservedQuery], profile: NormalizationProfile = .search,
    settings: BuildSettings = BuildSettings()
  ) throws(TrainingError) {
    let set = TrainingSet(observed: observed, profile: profile)
    let content = try IndexBuilder(settings: settings).build(set)
    do throws(IndexError) {
      try self.init(bytes: IndexWriter.serialize(content))
    } catch {
      preconditionFailure("the writer made a file that the reader refuses: \(error)")
    }
  }

  /// Builds an index of `queries` in memory; one that occurs twice was submitted twice.
  ///
  /// - Throws: `TrainingError` if no query is left to be a label, or a setting is out of range.
  public convenience init(
    queries: [String], profile: NormalizationProfile = .search,
    settings: BuildSettings = BuildSettings()
  ) throws(TrainingError) {
    try self.init(
      observed: queries.map { ObservedQuery($0) }, profile: profile, settings: settings)
  }
}
