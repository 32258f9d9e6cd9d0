// The flags that say which events a rebuild learns.

import ArgumentParser
import QACLogs
import QACPipeline
import QACTraining

/// Which events are learned.
struct LearningOptions: ParsableArguments {
  private static let filters = RebuildOptions.defaults.filters

  @Option(help: MinimumHelp.labels)
  var minimumUsers: Int = LearningOptions.filters.minimumUsers

  @OptionGroup var minima: MinimumOptions

  @Option(
    help: ArgumentHelp(
      "How many days back events are learned; older ones are left out.", valueName: "days"))
  var lookBackDays: Double = RebuildOptions.defaults.lookBackDays

  @Option(
    help: ArgumentHelp(
      "Days in which an event's chance to be learned halves; 0 for no decay.",
      discussion: "Set it where old queries should fade out rather than end with the window.",
      valueName: "days"))
  var decayDays: Double = LearningOptions.filters.decayDays

  @Option(
    help: ArgumentHelp(
      "Bytes of the longest query that is learned; longer ones are left out.", valueName: "bytes"))
  var longestQuery: Int = LearningOptions.filters.longestQuery

  @Option(
    help: ArgumentHelp(
      "Leave out texts that look like personal data: addresses, long numbers, secrets.",
      discussion: "Set it to off only for logs that cannot hold any.", valueName: "on|off"))
  var personalData: Switch = LearningOptions.filters.findsPersonalData ? .on : .off

  @Option(
    help: ArgumentHelp(
      "Where --personal-data is off: learn even queries with a key, a token or a password.",
      valueName: "on|off"))
  var keepSecrets: Switch = LearningOptions.filters.keepsSecrets ? .on : .off

  @Option(
    help: ArgumentHelp(
      "A file of block rules, as qacd takes it; what they block is not learned.",
      valueName: "file"),
    completion: .file())
  var blockList: String?

  @OptionGroup var synonyms: SynonymOptions
  @OptionGroup var titles: TitleOptions

  @Option(
    help: ArgumentHelp(
      "How much a click counts that led from a query to an item; 0 to leave clicks out.",
      valueName: "weight"))
  var clickWeight: Double = RebuildOptions.defaults.kindWeights.click

  @Option(
    help: ArgumentHelp("The same of an item that was put into the cart.", valueName: "weight"))
  var cartWeight: Double = RebuildOptions.defaults.kindWeights.cart

  @Option(help: ArgumentHelp("The same of an item that was bought.", valueName: "weight"))
  var purchaseWeight: Double = RebuildOptions.defaults.kindWeights.purchase

  @Option(
    help: ArgumentHelp(
      "A session with more queries than this in one minute is a robot's; 0 for no bound.",
      valueName: "queries"))
  var robotMinute: Int = LearningOptions.filters.robotMinute

  @Option(
    help: ArgumentHelp(
      "A session with more queries than this is a robot's; 0 for no bound.",
      valueName: "queries"))
  var robotSession: Int = LearningOptions.filters.robotSession

  @Option(
    help: ArgumentHelp(
      "Leave out a query as half-typed if a longer one that begins with it follows within this "
        + "many seconds; -1 for never.",
      discussion: "For logs that record while people type.", valueName: "seconds"))
  var foldSeconds: Int64 = LearningOptions.filters.halfTypedSeconds

  func apply(to settings: inout RebuildSettings) {
    settings.lookBackDays = lookBackDays
    settings.blockList = blockList
    settings.synonyms = synonyms.synonyms
    settings.kindWeights = ItemKindWeights(
      click: clickWeight, cart: cartWeight, purchase: purchaseWeight)
    settings.titles = titles.titles
    settings.background = titles.background
    settings.build.minimumEndingUsers = minima.minimumEndingUsers
    settings.filters.minimumUsers = minimumUsers
    settings.filters.minimumCount = Int(minima.minimumCount)
    settings.filters.decayDays = decayDays
    settings.filters.longestQuery = longestQuery
    settings.filters.findsPersonalData = personalData == .on
    settings.filters.keepsSecrets = keepSecrets == .on
    settings.filters.robotMinute = robotMinute
    settings.filters.robotSession = robotSession
    settings.filters.halfTypedSeconds = foldSeconds
  }
}
