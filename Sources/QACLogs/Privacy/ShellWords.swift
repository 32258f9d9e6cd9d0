// Cuts a command line into simple commands and their words, as far as the search for secrets needs.
//
// Quotes and backslashes keep spaces and operators within a word; variables, here-documents and
// nested commands are not followed. A word keeps its quotes; `unquoted` takes those around it away.
// Cost: O(bytes), at most `examined` of them.

/// A command line in pieces.
struct ShellWords {
  typealias Word = Slice<UnsafeBufferPointer<UInt8>>

  /// How many bytes of a text are looked at.
  private static let examined = 4096

  /// The simple commands: words between `|`, `;`, `&`, parentheses and line ends.
  private(set) var commands: [[Word]] = []
  /// The commands whose output goes to the next one.
  private(set) var isPiped: [Bool] = []

  init(_ text: UnsafeBufferPointer<UInt8>) {
    var words: [Word] = []
    var start: Int?
    var quote: UInt8 = 0
    var i = 0
    let end = min(text.count, Self.examined)
    func closeWord() {
      if let first = start { words.append(text[first..<i]) }
      start = nil
    }
    while i < end {
      let byte = text[i]
      if quote != 0 {
        if byte == 0x5C, quote == 0x22 {
          i += 1
        } else if byte == quote {
          quote = 0
        }
      } else if byte == 0x22 || byte == 0x27 {
        quote = byte
        start = start ?? i
      } else if byte == 0x5C {
        start = start ?? i
        i += 1
      } else if byte == 0x20 || byte == 0x09 {
        closeWord()
      } else if byte == 0x0A || [0x7C, 0x3B, 0x26, 0x28, 0x29].contains(byte) {
        closeWord()
        if !words.isEmpty {
          commands.append(words)
          isPiped.append(byte == 0x7C)
        }
        words.removeAll()
      } else {
        start = start ?? i
      }
      i += 1
    }
    i = min(i, text.count)
    closeWord()
    if !words.isEmpty {
      commands.append(words)
      isPiped.append(false)
    }
  }

  /// `word` without the quotes around it.
  static func unquoted(_ word: Word) -> Word {
    guard word.count >= 2, let first = word.first, first == 0x22 || first == 0x27,
      word.last == first
    else { return word }
    return word.dropFirst().dropLast()
  }

  /// Words before a command that are no part of it.
  private static let launchers: Set<String> = [
    "sudo", "doas", "env", "time", "nohup", "exec", "command", "watch", "xargs", "proxychains",
    "proxychains4", "torsocks", "do", "then", "else", "!",
  ]

  /// The name of a simple command, without its directory, and what follows it. Assignments and
  /// programs that start another one are skipped.
  static func call(_ words: [Word]) -> (name: String, arguments: ArraySlice<Word>)? {
    var rest = words[...]
    var isAfterLauncher = false
    while let word = rest.first {
      let text = unquoted(word)
      let name = String(decoding: text.split(separator: 0x2F).last ?? text, as: UTF8.self)
      rest = rest.dropFirst()
      if launchers.contains(name) {
        isAfterLauncher = true
      } else if text.contains(0x3D) && text.first != 0x2D || isAfterLauncher && text.first == 0x2D {
        continue
      } else {
        return (name, rest)
      }
    }
    return nil
  }
}
