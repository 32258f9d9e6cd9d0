// The loop of `qac-cli pick`: waits for keys, signals and the daemon, and draws.
//
// A key is never held up by the daemon: answers come when they come.

import Glibc
import QACTerminal

/// One choice.
struct PickLoop {
  private static let escapeDelay = Duration.milliseconds(50)

  private enum End {
    case left
    case chosen([UInt8])
  }

  private let finder: LineFinder
  private let terminal: Int32
  private var editor = LineEditor()
  private var keys = KeyDecoder()
  private var renderer = FrameRenderer(usesColor: Environment.allowsColor)
  private var choice = 0
  /// A text of several lines that Enter has asked about.
  private var asked: FoundLine?
  /// Whether Enter waits for the lines of what was typed before it.
  private var takesNext = false
  private var message: Span?

  init(finder: LineFinder, terminal: Int32, query: String) {
    self.finder = finder
    self.terminal = terminal
    editor.set(query)
  }

  /// Runs until a text is chosen or the person leaves; the terminal is raw meanwhile.
  ///
  /// - Returns: The text, or nil.
  consuming func run(_ signals: borrowing Signals) -> [UInt8]? {
    guard let raw = RawMode.enter(terminal) else { return nil }
    finder.ask(editor.text)
    var end: End?
    while end == nil {
      draw()
      var entries = [terminal, signals.descriptor, finder.descriptor ?? -1].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      let patience = keys.isWaiting ? Int32(Self.escapeDelay / .milliseconds(1)) : -1
      let count = poll(&entries, nfds_t(entries.count), patience)
      if count == 0 { end = handle(keys.flush()) }
      if count <= 0 { continue }
      if entries[1].revents != 0, signals.take().contains(where: { $0 != SIGWINCH }) {
        end = .left
      }
      if entries[2].revents != 0 {
        finder.advance()
        choice = max(0, min(choice, finder.lines.count - 1))
        if takesNext, finder.isCurrent {
          takesNext = false
          end = end ?? take(nil)
        }
      }
      if entries[0].revents != 0 {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(terminal, &buffer, buffer.count)
        if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) {
          end = .left
        } else {
          end = end ?? handle(keys.receive(buffer[..<max(0, count)]))
        }
      }
    }
    RawMode.write(renderer.erase(width: RawMode.size(of: terminal).width), to: terminal)
    _ = consume raw
    if case .chosen(let text) = end { return text }
    return nil
  }

  private mutating func draw() {
    let size = RawMode.size(of: terminal)
    var note = message ?? finder.problem.map { Span(VisibleText.of($0), .warning) }
    if note == nil, finder.isCurrent, finder.lines.isEmpty { note = Span("  (nothing)", .note) }
    let frame = PickView.frame(
      title: finder.searches ? "search" : "complete", editor: editor, lines: finder.lines,
      choice: choice, message: note, size: size)
    let output = renderer.draw(frame, width: size.width)
    if !output.isEmpty { RawMode.write(output, to: terminal) }
  }

  private mutating func handle(_ keys: [Key]) -> End? {
    let before = editor.text
    for key in keys {
      let question = asked
      asked = nil
      message = nil
      takesNext = key == .enter && (editor.text != before || !finder.isCurrent)
      if takesNext { break }
      if let end = handle(key, question) { return end }
    }
    if editor.text != before {
      choice = 0
      finder.ask(editor.text)
    }
    return nil
  }

  private mutating func handle(_ key: Key, _ question: FoundLine?) -> End? {
    let count = finder.lines.count
    switch key {
    case .escape, .control("c"), .control("g"): return .left
    case .enter, .tab: return take(question)
    case .right where editor.isAtEnd, .end where editor.isAtEnd: return take(question)
    case .down, .control("n"), .control("r"): choice = count > 0 ? (choice + 1) % count : 0
    case .up, .control("p"), .backTab: choice = count > 0 ? (choice + count - 1) % count : 0
    case .control("d"): forget()
    case .delete where editor.isAtEnd: forget()
    default: editor.edit(key)
    }
    return nil
  }

  /// Takes the chosen line; of one with several lines Enter is asked for once more.
  private mutating func take(_ question: FoundLine?) -> End? {
    guard finder.lines.indices.contains(choice) else { return nil }
    let line = finder.lines[choice]
    if line.text.contains(0x0A), question != line {
      asked = line
      message = Span("several lines (↵): Enter again puts them into the line", .warning)
      return nil
    }
    return .chosen(line.text)
  }

  private mutating func forget() {
    guard finder.lines.indices.contains(choice), finder.forget(finder.lines[choice]) else { return }
    message = Span("forgotten, in all terminals", .note)
    finder.ask(editor.text)
  }
}
