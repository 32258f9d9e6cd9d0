// What a prompt shows, what it is used for, and what it asks of its caller.

extension Prompt {
  /// How a suggestion matches what was typed.
  public enum Match: String, Sendable {
    /// It begins with it.
    case prefix
    /// It holds its words, in any order.
    case words
    /// It corrects a typing error.
    case corrected
    /// It holds words of the same meaning.
    case synonyms
  }

  /// A suggestion.
  public struct Suggestion: Sendable, Equatable {
    /// The text as received.
    public let text: String
    /// The source that proposed it.
    public let source: String
    /// How it matches what was typed; nil for a way that is not known here.
    public let match: Match?
    /// When the session last used it, in words; nil if it never did, or that is not known.
    public let age: String?
    /// Whether the session's last use of it failed.
    public let hasFailed: Bool
    let characters: [Character]

    /// Makes a suggestion.
    public init(
      text: String, source: String, match: Match? = .prefix, age: String? = nil,
      hasFailed: Bool = false
    ) {
      self.text = text
      self.age = age
      self.hasFailed = hasFailed
      self.source = source
      self.match = match
      characters = Array(text)
    }
  }

  /// What the line is for.
  public enum Mode: Sendable, Equatable {
    /// A query is typed.
    case completing
    /// The session's own queries are open, newest first; the line shows the chosen one.
    case history
    /// A search among them is typed.
    case searching
    /// The name of another session is typed.
    case naming
    /// All keys are shown.
    case help
  }

  /// A query that was recorded.
  public struct Entry: Sendable, Equatable {
    /// The text as received.
    public var text: String
    /// What is known of it, in words.
    public var note: String

    /// Makes an entry.
    public init(text: String, note: String) {
      self.text = text
      self.note = note
    }
  }

  /// A query that was submitted, and how it came into the line.
  public struct Submission: Sendable, Equatable {
    /// The query.
    public var text: String
    /// What stood in the line when it was submitted, or when a suggestion was taken; nil if it came
    /// from the list of recorded queries.
    public var typed: String?
    /// The place of the suggestion that was taken, from 1; 0 if none was; nil as `typed`.
    public var taken: Int?
    /// The source of that suggestion.
    public var source: String?

    /// Makes a submission.
    public init(text: String, typed: String?, taken: Int?, source: String? = nil) {
      self.text = text
      self.typed = typed
      self.taken = taken
      self.source = source
    }
  }

  /// What the caller has to do after a key.
  public enum Action: Sendable, Equatable {
    /// Request completions, because the text changed.
    case complete
    /// Record this query, which was submitted.
    case submit(Submission)
    /// Request the session's own queries.
    case list
    /// Request those of them that this text finds.
    case search(String)
    /// Delete what was recorded of this query.
    case forget(String)
    /// Go on in the session of this name.
    case enterSession(String)
    /// Leave the program.
    case leave
    /// Stop until the shell continues the program.
    case suspend
    /// Clear the screen.
    case clearScreen
  }
}
