// The list of sources, in the order in which they are asked. A source is one line here.
//
// The ranking does not depend on the order. Two things do: how the budget for comparing with rules
// is spent (`CandidateTable.blockWork`), and how many candidates there are already when
// `WordsSource` is asked. `VariantsSource` judges what `CorrectedSource` brought, so it comes last.
// To add a source: docs/design.md, "To add a source".

/// All sources of candidates.
typealias SourceList = TreeSource
  .Then<PopularSource>
  .Then<FollowersSource>
  .Then<SessionSource>
  .Then<RecentSource>
  .Then<PlacesSource>
  .Then<ComposedSource>
  .Then<CompoundSource>
  .Then<WordsSource>
  .Then<AnywhereSource>
  .Then<CorrectedSource>
  .Then<VariantsSource>
  .Then<SynonymSource>
  .Then<PinnedSource>
  .Then<BoostedSource>
