// The flags that say what a rebuild demands of an index.

import ArgumentParser
import QACPipeline

/// What is demanded of an index before it is published.
struct JudgingOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The share of the events new since the served index that is held out to judge by.",
      discussion: "Above 0, at most 0.9. The newest are held out.", valueName: "share"))
  var heldOutShare: Double = RebuildOptions.defaults.heldOutShare

  @Option(
    help: ArgumentHelp(
      "With fewer held-out queries nothing is judged, and only a first index is published.",
      valueName: "queries"))
  var minimumRequests: Int = RebuildOptions.defaults.minimumRequests

  @Option(
    help: ArgumentHelp(
      "The most held-out queries that are typed to judge; more take longer and say more.",
      valueName: "queries"))
  var maximumRequests: Int = RebuildOptions.defaults.maximumRequests

  @Option(
    help: ArgumentHelp(
      "How much of each figure of quality may be lost, as a share, 0 to 1.",
      discussion: """
        The figures are MRR@10, keystrokes saved, answers with a useful line among three, and the \
        characters that useful lines save. Raise it if good indexes are refused by chance.
        """, valueName: "share"))
  var margin: Double = RebuildOptions.defaults.margin

  @Option(
    help: ArgumentHelp(
      "The least share of held-out queries that are labels, as a share of the served index's.",
      discussion: "Guards against a log of something other than queries.", valueName: "share"))
  var coverageFloor: Double = RebuildOptions.defaults.coverageFloor

  @Option(
    help: ArgumentHelp(
      "The factor by which the number of labels may change, up or down.",
      discussion: "Guards against half a log, and against a log that was read twice.",
      valueName: "factor"))
  var sizeFactor: Double = RebuildOptions.defaults.sizeFactor

  @Option(
    help: ArgumentHelp(
      "Bytes of the largest index that is published; 0 for no bound.", valueName: "bytes"))
  var maximumBytes: Int = RebuildOptions.defaults.maximumBytes

  @Option(
    help: ArgumentHelp(
      "A file of completions that an index must give.",
      discussion: """
        One per line: previous query (may be empty), prefix, expected completion, and perhaps \
        among how many it must be, separated by tabs.
        """,
      valueName: "file"),
    completion: .file())
  var canaries: String?

  func apply(to settings: inout RebuildSettings) {
    settings.heldOutShare = heldOutShare
    settings.minimumRequests = minimumRequests
    settings.maximumRequests = maximumRequests
    settings.margin = margin
    settings.coverageFloor = coverageFloor
    settings.sizeFactor = sizeFactor
    settings.maximumBytes = maximumBytes
    settings.canaries = canaries
  }
}
