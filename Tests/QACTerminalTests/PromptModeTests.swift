// The prompt's other modes: history, search, another session, the keys, and what is asked.

import QACTerminal
import Testing

@Suite struct PromptModeTests {
  private func type(_ text: String, _ prompt: inout Prompt) -> Prompt.Action? {
    var action: Prompt.Action?
    for scalar in text.unicodeScalars { action = prompt.handle(.text(scalar)) }
    return action
  }

  /// A prompt whose history is open.
  private func browsing(_ texts: [String] = ["pond", "garden hose", "chair"]) -> Prompt {
    var prompt = Prompt()
    prompt.receive([.init(text: "popular", source: "popular")], for: "")
    #expect(prompt.handle(.up) == .list)
    prompt.receive(entries(texts), search: nil)
    return prompt
  }

  private func entries(_ texts: [String]) -> [Prompt.Entry] {
    texts.map { .init(text: $0, note: "3 days ago") }
  }

  private func rows(
    _ prompt: Prompt, width: Int = 80, height: Int = 24, notice: String? = nil
  ) -> [String] {
    var status = PromptStatus(session: "ada")
    status.notice = notice
    return PromptView.frame(of: prompt, status: status, width: width, height: height).rows.map {
      $0.map(\.text).joined()
    }
  }

  @Test func theWheelChoosesInListsAndClosesNone() {
    var history = browsing()
    #expect(history.listsEntries)
    for (key, shown) in [
      (Key.wheelDown, "pond"), (.wheelUp, "garden hose"), (.wheelUp, "chair"), (.wheelUp, "chair"),
      (.wheelDown, "garden hose"),
    ] {
      #expect(history.handle(key) == nil && history.shownText == shown)
    }
    // It answers no question.
    _ = history.handle(.control("d"))
    _ = history.handle(.wheelUp)
    #expect(history.question == "garden hose" && history.shownText == "garden hose")
    var search = Prompt()
    #expect(search.handle(.control("r")) == .search(""))
    search.receive(entries(["pond", "garden hose"]), search: "")
    #expect(search.listsEntries)
    for (key, place) in [(Key.wheelDown, 1), (.wheelDown, 1), (.wheelUp, 0), (.wheelUp, 0)] {
      #expect(search.handle(key) == nil && search.entryChoice == place)
    }
    // Elsewhere it does nothing.
    var typed = Prompt(text: "po")
    typed.receive([.init(text: "pond", source: "index")], for: "po")
    _ = typed.handle(.wheelDown)
    #expect(!typed.listsEntries && typed.shownText == "po" && typed.choice == nil)
  }

  @Test func upOnAnEmptyLineOpensTheHistory() {
    var prompt = browsing()
    #expect(prompt.shownText == "pond")
    #expect(
      rows(prompt) == [
        "› pond", "  session ada · 3 queries", "  chair  3 days ago", "  garden hose  3 days ago",
        "▸ pond  3 days ago",
        "  ↑↓ choose · Enter submit · Tab edit · Ctrl-D forget · Esc back",
      ])
    _ = prompt.handle(.up)
    #expect(prompt.shownText == "garden hose")
    for _ in 0..<5 { _ = prompt.handle(.up) }
    #expect(prompt.shownText == "chair")
    for _ in 0..<2 { _ = prompt.handle(.down) }
    #expect(prompt.shownText == "pond" && prompt.mode == .history)
    _ = prompt.handle(.down)
    #expect(prompt.mode == .completing && prompt.shownText.isEmpty)
    // The suggestions were not lost, and ↓ chooses among them.
    _ = prompt.handle(.down)
    #expect(prompt.shownText == "popular")
    // ↑ on a line with text chooses a suggestion.
    var typed = Prompt(text: "po")
    typed.receive([.init(text: "popular", source: "index")], for: "po")
    #expect(typed.handle(.up) == nil && typed.shownText == "popular")
  }

  @Test func theHistoryScrollsToTheChoice() {
    var prompt = browsing((0..<40).map { "query \($0)" })
    for step in 0..<40 {
      let shown = rows(prompt, height: 12)
      #expect(shown.count <= 12 && shown.contains("▸ query \(step)  3 days ago"), "step \(step)")
      _ = prompt.handle(.up)
    }
    _ = prompt.handle(.pageDown)
    #expect(prompt.shownText == "query 29")
  }

  @Test func aQueryOfTheHistoryIsSubmittedEditedOrLeft() {
    var submitted = browsing()
    #expect(
      submitted.handle(.enter) == .submit(.init(text: "pond", typed: nil, taken: nil, source: nil)))
    #expect(submitted.mode == .completing && submitted.editor.isEmpty)
    var edited = browsing()
    #expect(edited.handle(.tab) == .complete)
    #expect(edited.editor.text == "pond" && edited.mode == .completing)
    var typed = browsing()
    #expect(type("s", &typed) == .complete)
    #expect(typed.editor.text == "ponds")
    var left = browsing()
    #expect(left.handle(.escape) == nil)
    #expect(left.shownText.isEmpty && left.mode == .completing)
    // Without a recorded query, keys go on as if nothing had been opened.
    var empty = browsing([])
    #expect(type("a", &empty) == .complete)
    #expect(empty.editor.text == "a")
  }

  @Test func whatIsChosenIsForgottenAfterOneQuestion() {
    var prompt = browsing(["pond", "garden hose"])
    #expect(prompt.handle(.control("d")) == nil)
    #expect(
      rows(prompt).filter { $0.contains("forget") } == [
        "  forget “pond” in this session?", "  y forget · any other key: keep",
      ])
    #expect(prompt.handle(.enter) == nil && prompt.question == nil)
    _ = prompt.handle(.control("d"))
    #expect(prompt.handle(.text("y")) == .forget("pond"))
    prompt.remove("pond")
    #expect(prompt.shownText == "garden hose")
    prompt.remove("garden hose")
    #expect(prompt.entryChoice == nil && prompt.shownText.isEmpty)
    // A suggestion, too; without a choice the key is what it was.
    var other = Prompt(text: "pond")
    other.receive([.init(text: "pond pump", source: "session")], for: "pond")
    _ = other.handle(.down)
    _ = other.handle(.control("d"))
    #expect(other.handle(.text("y")) == .forget("pond pump"))
    var empty = Prompt()
    #expect(empty.handle(.control("d")) == .leave)
  }

  @Test func aSearchIsTypedAndItsHitTaken() {
    var prompt = Prompt(text: "half a line")
    #expect(prompt.handle(.control("r")) == .search(""))
    #expect(type("ga h", &prompt) == .search("ga h"))
    // Answers to other texts are ignored, and so are those of the history.
    prompt.receive(entries(["old"]), search: "ga")
    prompt.receive(entries(["old"]), search: nil)
    #expect(prompt.entries.isEmpty)
    prompt.receive(entries(["garden hose", "hose, garden"]), search: "ga h")
    #expect(
      rows(prompt) == [
        "search › ga h", "  session ada · 2 queries", "▸ garden hose  3 days ago",
        "  hose, garden  3 days ago", "  ↑↓ choose · Enter take · Ctrl-D forget · Esc back",
      ])
    // The key again goes to the next hit.
    _ = prompt.handle(.control("r"))
    #expect(prompt.handle(.enter) == .complete)
    #expect(prompt.editor.text == "hose, garden" && prompt.mode == .completing)
    #expect(
      prompt.handle(.enter)
        == .submit(.init(text: "hose, garden", typed: nil, taken: nil, source: nil)))
    var left = Prompt(text: "half a line")
    _ = left.handle(.control("r"))
    _ = type("x", &left)
    #expect(left.queryText == "half a line")
    _ = left.handle(.escape)
    #expect(left.editor.text == "half a line")
  }

  @Test func whatOtherWordsHaveFoundIsNotTaken() {
    var prompt = Prompt()
    _ = prompt.handle(.control("r"))
    prompt.receive(entries(["old"]), search: "")
    _ = type("ga", &prompt)
    // The key comes before the hits: the first of them is taken when they are there.
    #expect(prompt.handle(.enter) == nil && prompt.mode == .searching)
    #expect(prompt.receive(entries(["garden", "garage"]), search: "ga") == .complete)
    #expect(prompt.editor.text == "garden" && prompt.mode == .completing)
    // Without a hit nothing is taken, and later ones are not either.
    _ = prompt.handle(.control("r"))
    _ = type("x", &prompt)
    _ = prompt.handle(.enter)
    #expect(prompt.receive([], search: "x") == nil)
    _ = prompt.handle(.backspace)
    #expect(prompt.receive(entries(["old"]), search: "") == nil && prompt.mode == .searching)
  }

  @Test func theNameOfASessionIsTyped() {
    var prompt = Prompt(text: "po")
    _ = prompt.handle(.control("s"))
    _ = type("bob", &prompt)
    #expect(rows(prompt)[0] == "session › bob")
    #expect(prompt.handle(.enter) == .enterSession("bob"))
    #expect(prompt.editor.text == "po" && prompt.mode == .completing)
    _ = prompt.handle(.control("s"))
    #expect(prompt.handle(.enter) == nil && prompt.editor.text == "po")
    _ = prompt.handle(.control("s"))
    _ = type("x", &prompt)
    #expect(prompt.handle(.escape) == nil && prompt.editor.text == "po")
  }

  @Test func aQuestionMarkShowsTheKeysOnAnEmptyLineOnly() {
    var prompt = Prompt()
    #expect(prompt.handle(.text("?")) == nil && prompt.mode == .help)
    #expect(rows(prompt).contains { $0.contains("Ctrl-R") && $0.contains("search") })
    #expect(prompt.handle(.text("x")) == nil)
    #expect(prompt.mode == .completing && prompt.editor.isEmpty)
    #expect(type("a?", &prompt) == .complete)
    #expect(prompt.editor.text == "a?")
  }

  @Test func whatWasTakenIsToldWithTheSubmission() {
    func prompt() -> Prompt {
      var prompt = Prompt(text: "ga")
      prompt.receive(
        [.init(text: "garage", source: "popular"), .init(text: "garden", source: "session")],
        for: "ga")
      return prompt
    }
    var typed = prompt()
    #expect(typed.handle(.enter) == .submit(.init(text: "ga", typed: "ga", taken: 0, source: nil)))
    var taken = prompt()
    _ = taken.handle(.tab)
    let first = Prompt.Submission(text: "garage", typed: "ga", taken: 1, source: "popular")
    #expect(taken.handle(.enter) == .submit(first))
    var chosen = prompt()
    for _ in 0..<2 { _ = chosen.handle(.down) }
    let second = Prompt.Submission(text: "garden", typed: "ga", taken: 2, source: "session")
    #expect(chosen.handle(.enter) == .submit(second))
    // Chosen, looked at, and taken by moving in it.
    var moved = prompt()
    for _ in 0..<2 { _ = moved.handle(.down) }
    _ = moved.handle(.left)
    #expect(moved.handle(.enter) == .submit(second))
    // What was changed afterwards is not what was taken.
    var changed = prompt()
    _ = changed.handle(.tab)
    _ = type("s", &changed)
    #expect(
      changed.handle(.enter)
        == .submit(.init(text: "garages", typed: "garages", taken: 0, source: nil)))
    // The next query has nothing to do with it.
    _ = type("garage", &taken)
    #expect(
      taken.handle(.enter)
        == .submit(.init(text: "garage", typed: "garage", taken: 0, source: nil)))
  }

  @Test func agesAreWords() {
    let ages: [(Int64, String)] = [
      (-5, "just now"), (0, "just now"), (59, "just now"), (60, "a minute ago"),
      (3599, "59 minutes ago"), (3600, "an hour ago"), (7200, "2 hours ago"), (86_400, "yesterday"),
      (3 * 86_400, "3 days ago"), (8 * 86_400, "a week ago"), (400 * 86_400, "a year ago"),
    ]
    for (seconds, text) in ages { #expect(Age.text(seconds: seconds) == text, "\(seconds)") }
  }

  @Test func aNarrowTerminalDropsNotesBeforeTexts() {
    let prompt = browsing(["garden hose"])
    #expect(rows(prompt, width: 20)[2] == "▸ garden hose")
    #expect(rows(prompt, width: 20).allSatisfy { CellWidth.of($0) < 20 })
  }

  @Test func everyKeyFitsIntoAnOrdinaryTerminal() {
    var prompt = Prompt()
    _ = prompt.handle(.text("?"))
    let shown = rows(prompt)
    #expect(shown.count <= 24 && !shown.contains { $0.hasSuffix("…") }, "\(shown)")
    // Every key is there with what it does.
    for (keys, meaning) in [
      ("↑ ↓", "opens your history"), ("Ctrl-D", "leave on an empty line"), ("Ctrl-U", "Ctrl-Y"),
      ("Ctrl-C", "leave if it is empty"),
    ] {
      #expect(shown.contains { $0.contains(keys) && $0.contains(meaning) }, "\(keys)")
    }
    #expect(rows(prompt, width: 20).contains("  Ctrl-L clear the…"))
  }
}
