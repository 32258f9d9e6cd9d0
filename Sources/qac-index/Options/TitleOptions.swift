// The flags that name texts to complete before anybody has submitted them.

import ArgumentParser
import QACLogs
import QACPipeline
import QACText
import QACTraining

/// Texts that are completed from the first day on.
struct TitleOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Files of published texts to complete from the first day on: product names, page titles.",
      discussion: """
        A text per line, perhaps with a tab and a weight above 0. A title weighs less than one use, \
        so what people submit takes over. No minimum of people applies: nobody submitted it.
        """,
      valueName: "file"),
    completion: .file())
  var titles: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Logs of other people, in any format, whose queries are completed like titles.",
      discussion: "Queries of fewer people than --minimum-users are left out.",
      valueName: "file"),
    completion: .file())
  var background: [String] = []

  /// Whether there are any.
  var isUsed: Bool { !titles.isEmpty || !background.isEmpty }

  /// Reads the files; nil if none is named.
  func read(_ profile: NormalizationProfile, minimumUsers: Int, isQuiet: Bool) throws
    -> TitleSource?
  {
    if !isUsed { return nil }
    var options = LogReadOptions(profile: profile)
    options.minimumSpellingUsers = minimumUsers
    let source = try TitleSource(titles: titles, background: background, options: options)
    if !isQuiet { for note in source.notes { printError(note) } }
    return source
  }
}
