// What a program finds when it looks at something: each finding with its remedy.

public import QACJSON
internal import QACTerminal

/// Something that was looked at.
public struct Finding: Sendable, Equatable {
  /// How it is.
  public enum State: String, Sendable {
    /// As it should be.
    case ok
    /// Somebody may have wanted it so, and it works.
    case note
    /// Something does not work.
    case wrong
  }

  /// What was looked at, in a word.
  public let name: String
  /// How it is.
  public let state: State
  /// What was found.
  public let message: String
  /// A command, or what to do; nil if there is nothing to do.
  public var remedy: String?

  /// Makes a finding.
  public init(name: String, state: State, message: String, remedy: String? = nil) {
    self.name = name
    self.state = state
    self.message = message
    self.remedy = remedy
  }

  /// Something does not work because of `error`, whose text is what is wrong, a semicolon, and the
  /// remedy.
  public init(name: String, error: any Error) {
    let parts = "\(error)".split(separator: "; ", maxSplits: 1)
    self.init(
      name: name, state: .wrong, message: parts.first.map(String.init) ?? "\(error)",
      remedy: parts.count > 1 ? String(parts[1]) : nil)
  }

  /// The finding of an object that `json` made; nil for another value.
  public init?(_ value: JSONValue) {
    func text(_ name: String) -> String? {
      value[name]?.utf8.map { String(decoding: $0, as: UTF8.self) }
    }
    guard let name = text("name"), let message = text("message"),
      let state = text("state").flatMap(State.init(rawValue:))
    else { return nil }
    self.init(name: name, state: state, message: message, remedy: text("remedy"))
  }

  /// The width of the names' column.
  private static let nameWidth = 14

  /// The finding as lines of text that are safe to show.
  public var text: String {
    let room = String(repeating: " ", count: max(1, Self.nameWidth - name.count))
    var text = Self.padded(state.rawValue) + name + room + VisibleText.of(message) + "\n"
    if let remedy {
      text +=
        Self.padded("") + String(repeating: " ", count: Self.nameWidth) + "→ "
        + VisibleText.of(remedy) + "\n"
    }
    return text
  }

  private static func padded(_ word: String) -> String {
    word + String(repeating: " ", count: 7 - word.count)
  }

  /// The finding as an object.
  public var json: JSONValue {
    .object(
      [
        .init("name", .text(name)), .init("state", .text(state.rawValue)),
        .init("message", .text(message)),
      ] + (remedy.map { [.init("remedy", .text($0))] } ?? []))
  }
}

extension [Finding] {
  /// Whether nothing is wrong.
  public var isWell: Bool { !contains { $0.state == .wrong } }

  /// All as an object with the members `ok` and `findings`.
  public var json: JSONValue {
    .object([.init("ok", .bool(isWell)), .init("findings", .array(map(\.json)))])
  }

  /// All as lines of text that are safe to show.
  public var text: String { map(\.text).joined() }
}
