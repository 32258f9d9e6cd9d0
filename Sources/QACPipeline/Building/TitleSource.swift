// What is completed before anybody has submitted it: published texts, and the log of others.
//
// The texts of both become titles (`TrainingSet.add(titles:)`): labels that weigh less than one use.
// Published texts are nobody's secret, so no minimum of people applies to them. The queries of
// others are: those of too few people are left out, and so are secrets, as in a log of one's own.
//
// Cost: that of reading the files.

public import QACLogs
import QACText
import QACTraining

/// Titles from files.
public struct TitleSource: Sendable {
  /// Published texts.
  private(set) var published: [PublishedText] = []
  /// Queries of others, with how often they were submitted.
  private(set) var background: [PublishedText] = []
  /// The number of lines of titles that cannot be used.
  public private(set) var leftOut = 0
  /// What was read, for a terminal; no text of the files is in it.
  public private(set) var notes: [String] = []
  /// Whether a normal form must not become a label.
  public var isBlocked: @Sendable ([UInt8]) -> Bool = { _ in false }

  /// Reads files.
  ///
  /// - Parameters:
  ///   - titles: Files of published texts (`TitleFile`).
  ///   - background: Logs of others, in any format.
  ///   - options: How these are read; `minimumSpellingUsers` holds for their queries, too.
  /// - Throws: `PipelineError`.
  public init(
    titles: [String], background: [String], options: LogReadOptions
  ) throws(PipelineError) {
    do {
      if !titles.isEmpty {
        let file = try TitleFile(contentsOf: titles)
        published = file.texts
        leftOut = file.leftOut
        notes.append(file.description)
      }
      if !background.isEmpty {
        let log = try LogReader.read(paths: background, options: options)
        self.background = Self.texts(of: log, options)
        notes.append(
          "\(self.background.count) queries of others, each of at least "
            + "\(options.minimumSpellingUsers) people")
      }
    } catch {
      throw PipelineError(error)
    }
  }

  /// Makes titles of texts.
  public init(_ published: [PublishedText], background: [PublishedText] = []) {
    self.published = published
    self.background = background
  }

  /// The number of texts.
  public var count: Int { published.count + background.count }

  /// The queries of `log` of at least `minimumSpellingUsers` people, as they are shown.
  private static func texts(of log: QueryLog, _ options: LogReadOptions) -> [PublishedText] {
    let set = TrainingSet(log, profile: options.profile)
    return set.submittedTexts(by: options.minimumSpellingUsers).map {
      PublishedText($0.text, weight: Double($0.uses))
    }
  }

  /// Adds the titles to `set`.
  func add(to set: inout TrainingSet) {
    for texts in [published, background] where !texts.isEmpty {
      set.add(titles: texts.map { ($0.text, $0.weight) }, leavingOut: isBlocked)
    }
  }
}
