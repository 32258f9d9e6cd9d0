// The flags that say how a log is replayed and scored.

import ArgumentParser
import QACPipeline
import QACReplay
import QACText

/// How a log is replayed and scored.
struct MeasuringOptions: ParsableArguments {
  @Option(help: EvaluationHelp.rule)
  var `protocol`: ReplayProtocol = .offline

  @Option(help: "Where the prefixes come from that are asked for.")
  var prefixes = PrefixKind.drawn

  @Option(help: "How the log is divided; without it, by time if the log has times, else by hash.")
  var split: SplitRule?

  @Option(
    help: ArgumentHelp(
      "The most nodes that the search expands on each level of the tree; 0 for the exact search.",
      discussion: "A wider beam is slower and finds a little more.", valueName: "nodes"))
  var beam: Int = EvaluationOptions(profile: .search).beam ?? 0

  @Option(
    help: ArgumentHelp(
      "The most requests whose queries are also typed key by key; 0 for none, which is faster.",
      valueName: "requests"))
  var keys: Int = EvaluationOptions(profile: .search).keys

  @Option(help: EvaluationHelp.resamples)
  var resamples: Int = EvaluationOptions(profile: .search).resamples

  @Option(
    help: ArgumentHelp(
      "The share of scored prefixes that get a typing error, 0 to 1.",
      discussion: """
        A letter is dropped, typed twice, exchanged with the next one, or replaced by a neighbour \
        on the keyboard; or two words are typed as one, or one as two.
        """,
      valueName: "share"))
  var typos = 0.0

  @Option(
    help: ArgumentHelp(
      "How many people must submit a query before a replay shows it to others, as in qacd.",
      valueName: "sessions"))
  var liveSessions = EvaluationOptions(profile: .search).liveSessions

  @Flag(
    inversion: .prefixedNo,
    help: "Whether the full system corrects typing errors.")
  var corrections = true

  @Flag(help: "Also show what each source and each ranker feature is worth, by taking it out.")
  var ablation = false

  func validate() throws {
    if beam < 0 { throw ValidationError("--beam must be 0 or more.") }
    if keys < 0 { throw ValidationError("--keys must be 0 or more.") }
    if liveSessions < 1 { throw ValidationError("--live-sessions must be 1 or more.") }
    try EvaluationHelp.check(resamples: resamples)
    if !(0...1).contains(typos) { throw ValidationError("--typos must be from 0 to 1.") }
  }

  func apply(to options: inout EvaluationOptions) {
    options.rule = `protocol`
    options.split = split
    options.usesTyped = prefixes == .typed
    options.beam = beam == 0 ? nil : beam
    options.keys = keys
    options.resamples = resamples
    options.typos = typos
    options.liveSessions = liveSessions
    options.corrects = corrections
    options.ablates = ablation
  }
}

/// Where the prefixes of an evaluation come from.
enum PrefixKind: String, CaseIterable, ExpressibleByArgument {
  case drawn, typed

  static var allValueDescriptions: [String: String] {
    [
      "drawn": "of random length, from 1 character to all but the last",
      "typed": "what people typed, where the log says it: the members \"prefixes\" or \"typed\" of "
        + "JSON lines",
    ]
  }
}
