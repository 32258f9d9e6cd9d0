// What people see of the lists: how many lines are useful, how many are nonsense, what they save.
//
// The rank of the submitted query says nothing of the other lines of a list. These figures do. A
// line is useful if the query that is then submitted is that line, or continues it after the end of
// a word: people take lines word by word. A line is for nobody if it is not useful and no query of
// the whole log is that line. Lines that do not begin with what was typed (corrections, and matches
// of words in any order) are counted apart and left out of all other figures, because the submitted
// query begins with what was typed.
//
// Invariant: sums of answers are the same in whatever order and grouping they are added.
// Memory: 12 bytes per answer; the sums take no more however many answers they hold.

/// The lines of one answer, counted by `LineJudge`.
public struct SeenAnswer: Sendable, Equatable {
  /// Lines that begin with what was typed.
  public var lines: UInt8 = 0
  /// Lines that match in another way.
  public var other: UInt8 = 0
  /// Useful lines.
  public var useful: UInt8 = 0
  /// The place of the first useful line from 1, among those that begin with what was typed; 0 if
  /// there is none.
  public var firstUseful: UInt8 = 0
  /// Lines that nobody submits and that are not useful.
  public var forNobody: UInt8 = 0
  /// Lines whose source composes.
  public var composed: UInt8 = 0
  /// Whether misspelt lines are counted: the submitted query has no misspelt word.
  public var isSpelt = false
  /// Lines with a misspelt word that the person did not type, if they are counted.
  public var misspelt: UInt8 = 0
  /// The characters that the longest useful line adds to what was typed.
  public var saved: UInt16 = 0
  /// The characters of the submitted query that were still to type.
  public var left: UInt16 = 0

  /// Makes an answer without lines.
  public init() {}
}

/// Sums over answers, and the figures that follow from them.
public struct SeenLines: Sendable, Equatable {
  /// The number of answers.
  public private(set) var answers = 0
  /// The number of lines that begin with what was typed.
  public private(set) var lines = 0
  private var otherLines = 0
  private var usefulLines = 0
  private var among10 = 0
  private var among3 = 0
  private var nobodys = 0
  private var composedLines = 0
  private var spelt = 0
  private var misspeltLines = 0
  private var saved = 0
  private var left = 0

  /// Makes sums without answers.
  public init() {}

  /// Adds an answer.
  public mutating func add(_ answer: SeenAnswer) {
    answers += 1
    lines += Int(answer.lines)
    otherLines += Int(answer.other)
    usefulLines += Int(answer.useful)
    if answer.firstUseful > 0 { among10 += 1 }
    if answer.firstUseful > 0, answer.firstUseful <= 3 { among3 += 1 }
    nobodys += Int(answer.forNobody)
    composedLines += Int(answer.composed)
    if answer.isSpelt { spelt += Int(answer.lines) }
    misspeltLines += Int(answer.misspelt)
    saved += Int(answer.saved)
    left += Int(answer.left)
  }

  /// Adds the answers of `other`.
  public mutating func merge(_ other: SeenLines) {
    answers += other.answers
    lines += other.lines
    otherLines += other.otherLines
    usefulLines += other.usefulLines
    among10 += other.among10
    among3 += other.among3
    nobodys += other.nobodys
    composedLines += other.composedLines
    spelt += other.spelt
    misspeltLines += other.misspeltLines
    saved += other.saved
    left += other.left
  }

  /// The mean number of lines per answer.
  public var linesPerAnswer: Double { Self.share(lines, of: answers) }
  /// The share of useful lines.
  public var useful: Double { Self.share(usefulLines, of: lines) }
  /// The share of lines that nobody submits in the whole log and that are not useful.
  public var forNobody: Double { Self.share(nobodys, of: lines) }
  /// The share of lines whose source composes.
  public var composed: Double { Self.share(composedLines, of: lines) }
  /// The share of lines with a misspelt word that the person did not type, in answers to queries
  /// without a misspelt word.
  public var misspelt: Double { Self.share(misspeltLines, of: spelt) }
  /// The share of answers with a useful line.
  public var usefulAmong10: Double { Self.share(among10, of: answers) }
  /// The share of answers with a useful line among the first three.
  public var usefulAmong3: Double { Self.share(among3, of: answers) }
  /// The share of the characters still to type that the longest useful line of each answer saves.
  public var charactersSaved: Double { Self.share(saved, of: left) }
  /// The share of all lines that do not begin with what was typed; the other figures leave them
  /// out.
  public var otherShare: Double { Self.share(otherLines, of: lines + otherLines) }

  private static func share(_ part: Int, of whole: Int) -> Double {
    Double(part) / Double(max(1, whole))
  }
}
