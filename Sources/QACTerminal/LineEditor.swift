// One line of text with a cursor, edited by graphemes.
//
// Invariant: 0 <= cursor <= characters.count, and the text has at most `maximumBytes` bytes of
// UTF-8.
// Cost: O(length) per key; a line is short.

/// An editable line.
public struct LineEditor: Sendable, Equatable {
  /// The default maximum length in bytes, which is the protocol's for a query.
  public static let defaultMaximumBytes = 2048

  /// The text as graphemes.
  public private(set) var characters: [Character] = []
  /// How many graphemes stand before the cursor.
  public private(set) var cursor = 0
  private let maximumBytes: Int
  private var killed = ""

  /// Makes an empty line.
  public init(maximumBytes: Int = LineEditor.defaultMaximumBytes) {
    self.maximumBytes = maximumBytes
  }

  /// The text.
  public var text: String { String(characters) }
  /// Whether there is no text.
  public var isEmpty: Bool { characters.isEmpty }
  /// Whether the cursor stands after the last grapheme.
  public var isAtEnd: Bool { cursor == characters.count }

  /// Replaces the text and puts the cursor after it.
  public mutating func set(_ text: String) {
    characters = []
    cursor = 0
    insert(text)
  }

  /// Inserts as many graphemes of `text` before the cursor as there is room for.
  ///
  /// A combining mark joins the grapheme before the cursor.
  public mutating func insert(_ text: String) {
    let room = maximumBytes - self.text.utf8.count
    var fitting = text
    while fitting.utf8.count > room { fitting.removeLast() }
    let before = String(characters[..<cursor]) + fitting
    characters = Array(before + String(characters[cursor...]))
    cursor = min(before.count, characters.count)
  }

  /// Removes the grapheme before the cursor.
  public mutating func backspace() {
    if cursor > 0 { remove(cursor - 1..<cursor) }
  }

  /// Removes the grapheme after the cursor.
  public mutating func delete() {
    if !isAtEnd { remove(cursor..<cursor + 1) }
  }

  /// Moves the cursor by one grapheme.
  public mutating func moveLeft() { cursor = max(0, cursor - 1) }
  /// Moves the cursor by one grapheme.
  public mutating func moveRight() { cursor = min(characters.count, cursor + 1) }
  /// Moves the cursor to the start.
  public mutating func moveHome() { cursor = 0 }
  /// Moves the cursor to the end.
  public mutating func moveEnd() { cursor = characters.count }
  /// Moves the cursor to the start of the word before it.
  public mutating func moveWordLeft() { cursor = wordStart }

  /// Moves the cursor to the end of the next word.
  public mutating func moveWordRight() {
    while !isAtEnd && characters[cursor].isWhitespace { cursor += 1 }
    while !isAtEnd && !characters[cursor].isWhitespace { cursor += 1 }
  }

  /// Removes everything after the cursor and keeps it for `yank`.
  public mutating func killToEnd() { kill(cursor..<characters.count) }
  /// Removes everything before the cursor and keeps it for `yank`.
  public mutating func killToStart() { kill(0..<cursor) }
  /// Removes the word before the cursor and keeps it for `yank`.
  public mutating func killWord() { kill(wordStart..<cursor) }
  /// Inserts the text that was removed last by a kill.
  public mutating func yank() { insert(killed) }

  private var wordStart: Int {
    var start = cursor
    while start > 0 && characters[start - 1].isWhitespace { start -= 1 }
    while start > 0 && !characters[start - 1].isWhitespace { start -= 1 }
    return start
  }

  private mutating func kill(_ range: Range<Int>) {
    if range.isEmpty { return }
    killed = String(characters[range])
    remove(range)
  }

  private mutating func remove(_ range: Range<Int>) {
    let before = String(characters[..<range.lowerBound])
    // Neighbours may now form one grapheme, so the text is divided into graphemes again.
    characters = Array(before + String(characters[range.upperBound...]))
    cursor = min(range.lowerBound, characters.count)
  }
}
