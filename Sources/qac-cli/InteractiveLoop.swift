// The loop of the interactive client: waits for keys, signals and the daemon, and draws.
//
// The decisions are made elsewhere, in pure types: `KeyDecoder`, `Prompt`, `PromptView` and
// `FrameRenderer`. `LiveSession` talks to the daemon. This file moves bytes between them.

import Glibc
import QACClient
import QACProtocol
import QACTerminal

/// One interactive run.
struct InteractiveLoop {
  /// Why it ended.
  enum End {
    /// The person left, or the terminal is gone.
    case left
    /// A signal asks the program to end.
    case signal(Int32)
    /// The person chose this text, which was to be printed and not recorded.
    case chosen(String)
  }

  /// How long to wait after an escape for the rest of a sequence.
  private static let escapeDelay = Duration.milliseconds(50)
  /// How long to wait for the last submissions when the person leaves.
  private static let farewell = Duration.seconds(1)

  private let live: LiveSession
  private let terminalInput: Int32
  private let terminalOutput: Int32
  /// Whether the first line that is submitted ends the loop, and nothing is recorded.
  private let chooses: Bool
  private var prompt: Prompt
  private var keys = KeyDecoder()
  private var renderer = FrameRenderer(usesColor: Environment.allowsColor)
  private var status: PromptStatus
  private var size: (width: Int, height: Int)
  /// Whether the terminal was asked to report the mouse.
  private var reportsMouse = false

  /// Makes a loop on the terminal that `input` reads and `output` writes.
  ///
  /// - Parameters:
  ///   - live: The session.
  ///   - context: The query before, to show.
  ///   - input: The descriptor of the keys.
  ///   - output: The descriptor of the picture.
  ///   - choosing: The text to begin with, if the person shall choose one text; nil for a session in
  ///     which every submitted line is recorded.
  init(
    live: LiveSession, context: String?, input: Int32, output: Int32, choosing: String? = nil
  ) {
    self.live = live
    terminalInput = input
    terminalOutput = output
    chooses = choosing != nil
    prompt = Prompt(
      text: choosing ?? "", maximumBytes: ProtocolLimits.maximumTextBytes)
    size = RawMode.size(of: output)
    status = PromptStatus(session: live.session.string)
    status.context = context
  }

  /// Runs until the person leaves or a signal ends the program; the terminal is raw meanwhile.
  consuming func run(_ signals: borrowing Signals) -> End {
    guard let terminal = RawMode.enter(terminalInput) else { return .left }
    live.complete(prompt.editor.text)
    while true {
      show(terminal)
      let patience = [live.patience, keys.isWaiting ? Self.escapeDelay : nil]
        .compactMap { $0 }.min()
      let ready = wait([terminalInput, signals.descriptor, live.fileDescriptor ?? -1], patience)
      if ready[1] {
        for number in signals.take() {
          if let end = handle(signal: number, terminal, signals) { return finish(end) }
        }
      }
      if ready[0] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(terminalInput, &buffer, buffer.count)
        if count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN) { return finish(.left) }
        if let end = handle(keys.receive(buffer[..<max(0, count)]), terminal, signals) {
          return finish(end)
        }
      } else if keys.isWaiting, ready.allSatisfy({ !$0 }) {
        if let end = handle(keys.flush(), terminal, signals) { return finish(end) }
      }
      for event in live.advance() { handle(event) }
    }
  }

  /// Waits until a descriptor is readable or `patience` is over; says of each whether it is.
  private func wait(_ descriptors: [Int32], _ patience: Duration?) -> [Bool] {
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let milliseconds = patience.map { Int32(min(60_000, ($0 / .milliseconds(1)).rounded(.up))) }
    guard poll(&entries, nfds_t(entries.count), milliseconds ?? -1) > 0 else {
      return descriptors.map { _ in false }
    }
    return entries.map { $0.revents != 0 }
  }

  /// Handles keys; several keys that arrive together cause one request.
  private mutating func handle(
    _ keys: [Key], _ terminal: borrowing RawMode, _ signals: borrowing Signals
  ) -> End? {
    var isChanged = false
    for key in keys {
      status.notice = nil
      if chooses, key == .escape, prompt.mode == .completing, prompt.question == nil,
        prompt.choice == nil
      {
        return .left
      }
      switch prompt.handle(key) {
      case .complete: isChanged = true
      case .submit(let submission):
        if chooses { return .chosen(submission.text) }
        submit(submission)
        isChanged = true
      case .list: live.list(search: nil)
      case .search(let text): live.list(search: text)
      case .forget(let query): live.forget(query)
      case .enterSession(let name): isChanged = enter(name) || isChanged
      case .leave: return .left
      case .suspend: suspend(terminal, signals)
      case .clearScreen:
        RawMode.write("\u{1B}[2J\u{1B}[H", to: terminalOutput)
        renderer.forget()
      case nil: break
      }
    }
    if isChanged { live.complete(prompt.queryText) }
    return nil
  }

  private mutating func submit(_ submission: Prompt.Submission) {
    RawMode.write(
      renderer.finish(PromptView.submitted(submission.text, width: size.width), width: size.width),
      to: terminalOutput)
    var circumstances = Request.Circumstances(typed: submission.typed.map { Array($0.utf8) })
    circumstances.choice = submission.taken.map { place in
      Choice(taken: place, source: submission.source.map { Array($0.utf8) })
    }
    live.record(submission.text, circumstances)
    status.context = submission.text
  }

  /// Goes on in the session `name`; whether there can be one of that name.
  private mutating func enter(_ name: String) -> Bool {
    guard let session = SessionName(name) else {
      status.notice =
        "no session has such a name; give 1 to \(ProtocolLimits.maximumSessionBytes) bytes"
      return false
    }
    live.enter(session)
    status.session = session.string
    status.context = nil
    status.microseconds = nil
    prompt.dropSuggestions()
    return true
  }

  private mutating func handle(_ event: LiveSession.Event) {
    switch event {
    case .completed(let completion, let text, let after):
      let now = Int64(time(nil))
      let suggestions = completion.failedLast.map {
        Prompt.Suggestion(
          text: String(decoding: $0.text, as: UTF8.self), source: $0.source,
          match: $0.match.flatMap { Prompt.Match(rawValue: $0.rawValue) },
          age: $0.last.map { Age.text(seconds: now - $0.at) }, hasFailed: $0.hasFailed)
      }
      let items = completion.items ?? []
      prompt.receive(
        suggestions, items: items.map { String(decoding: $0.title, as: UTF8.self) }, for: text)
      status.microseconds = Int(after / .microseconds(1))
      status.problem = nil
    case .recorded:
      // A completion that was requested before the record was durable may be out of date.
      if prompt.queryText.isEmpty { live.complete("") }
    case .listed(let queries, let search):
      let entries = EntryList.entries(
        of: queries, search: search, isFound: live.features.contains("search"))
      if prompt.receive(entries, search: search) == .complete { live.complete(prompt.queryText) }
    case .forgotten(let count, let query):
      prompt.remove(query)
      status.notice =
        count > 0
        ? "forgotten: it was recorded \(count == 1 ? "once" : "\(count) times")"
        : "nothing was recorded of it in this session; it comes from what others do"
      if query == status.context { status.context = nil }
      live.complete(prompt.queryText)
    case .refused(let error):
      status.problem = error.message
    case .lost(let error):
      prompt.dropSuggestions()
      status.problem = "trying again: \(error)"
    case .back:
      status.problem = nil
    }
  }

  private mutating func handle(
    signal: Int32, _ terminal: borrowing RawMode, _ signals: borrowing Signals
  ) -> End? {
    switch signal {
    case SIGWINCH: size = RawMode.size(of: terminalOutput)
    case SIGTSTP: suspend(terminal, signals)
    case SIGCONT:
      terminal.resume()
      reportsMouse = false
      renderer.forget()
    default: return .signal(signal)
    }
    return nil
  }

  /// Restores the terminal, stops, and takes the terminal again when the shell continues it.
  private mutating func suspend(_ terminal: borrowing RawMode, _ signals: borrowing Signals) {
    RawMode.write(renderer.erase(width: size.width), to: terminalOutput)
    terminal.suspend()
    reportsMouse = false
    signals.stop()
    terminal.resume()
    size = RawMode.size(of: terminalOutput)
  }

  /// Draws. While a list is open that the wheel may scroll, the mouse is reported, at the cost of
  /// marking text with it.
  private mutating func show(_ terminal: borrowing RawMode) {
    if reportsMouse != prompt.listsEntries {
      reportsMouse = prompt.listsEntries
      terminal.reportMouse(reportsMouse)
    }
    status.unrecorded = status.problem == nil ? 0 : live.unrecorded
    let frame = PromptView.frame(
      of: prompt, status: status, width: size.width, height: size.height)
    let output = renderer.draw(frame, width: size.width)
    if !output.isEmpty { RawMode.write(output, to: terminalOutput) }
  }

  /// Erases the picture and waits a moment for submissions that are under way.
  private mutating func finish(_ end: End) -> End {
    RawMode.write(renderer.erase(width: size.width), to: terminalOutput)
    let deadline = ContinuousClock.now + Self.farewell
    while live.unrecorded > 0, ContinuousClock.now < deadline {
      _ = wait([live.fileDescriptor ?? -1], min(deadline - .now, .milliseconds(100)))
      _ = live.advance()
    }
    return end
  }
}
