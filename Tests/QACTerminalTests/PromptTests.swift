// What keys do, and what is drawn.

import Foundation
import QACBinary
import QACTerminal
import Testing

@Suite struct PromptTests {
  private func type(_ text: String, _ prompt: inout Prompt) {
    for scalar in text.unicodeScalars { _ = prompt.handle(.text(scalar)) }
  }

  private func submitted(_ action: Prompt.Action?) -> String? {
    guard case .submit(let submission) = action else { return nil }
    return submission.text
  }

  private func prompt(_ text: String, _ suggestions: [String] = []) -> Prompt {
    var prompt = Prompt()
    type(text, &prompt)
    prompt.receive(suggestions.map { .init(text: $0, source: "index") }, for: text)
    return prompt
  }

  @Test(arguments: [
    ("gar", "garden", 3), ("GAR", "garden", 3), ("new ", "new york", 4), ("new  y", "New York", 5),
    (" gar", "garden", 3), ("", "x", 0), ("straße", "Straße 1", 6), ("水", "水瓶", 1),
  ])
  func theTypedPartIsFound(typed: String, suggestion: String, count: Int) {
    #expect(SuggestionMatch.typedCount(of: Array(typed), in: Array(suggestion)) == count)
  }

  @Test(arguments: [("gax", "garden"), ("garden ", "garden"), ("garden", "gard"), ("a", "")])
  func whatIsNoBeginningIsNone(typed: String, suggestion: String) {
    #expect(SuggestionMatch.typedCount(of: Array(typed), in: Array(suggestion)) == nil)
  }

  @Test func everyChangeAsksForCompletionsAndNothingElseDoes() {
    var prompt = Prompt()
    #expect(prompt.handle(.text("a")) == .complete)
    #expect(prompt.handle(.text("b")) == .complete)
    #expect(prompt.handle(.left) == nil)
    #expect(prompt.handle(.delete) == .complete)
    #expect(prompt.handle(.delete) == nil)
    #expect(prompt.handle(.control("a")) == nil)
    #expect(prompt.handle(.control("k")) == .complete)
    #expect(prompt.handle(.control("u")) == nil)
    #expect(prompt.handle(.control("y")) == .complete)
    #expect(prompt.handle(.paste("x\ny\u{1B}")) == .complete)
    #expect(prompt.editor.text == "ax y")
  }

  @Test func itemsStandBelowTheSuggestions() {
    var prompt = prompt("gar")
    let suggestions = ["garden", "garage"].map { Prompt.Suggestion(text: $0, source: "index") }
    prompt.receive(suggestions, items: ["Hose\u{1B}", "Chair", "Gnome"], for: "gar")
    func rows(_ height: Int) -> [String] {
      PromptView.frame(
        of: prompt, status: PromptStatus(session: "s"), width: 60, height: height
      ).rows.dropFirst(2).map { row in
        row.map(\.text).joined().trimmingCharacters(in: .whitespaces)
      }
    }
    let all = [
      "garden  often searched", "garage  often searched", "items", "Hose␛", "Chair", "Gnome",
    ]
    let keys = "Tab take · Enter submit · ↑↓ choose · Esc clear"
    #expect(rows(20) == all + [keys])
    // Suggestions come first when there is little room; the keys have their row on larger
    // terminals.
    for height in 4...7 { #expect(rows(height) == Array(all.prefix(height - 3)), "\(height)") }
    for height in 8...9 {
      #expect(rows(height) == Array(all.prefix(height - 4)) + [keys], "\(height)")
    }
    // They cannot be chosen.
    for _ in 0..<3 { _ = prompt.handle(.down) }
    #expect(prompt.choice == nil)
    // They stay until newer ones come, for the present text alone.
    _ = prompt.handle(.text("d"))
    #expect(prompt.items.count == 3)
    prompt.receive([], items: ["Old"], for: "gar")
    #expect(prompt.items.count == 3)
    prompt.receive([], items: ["New"], for: "gard")
    #expect(prompt.items == ["New"])
    #expect(submitted(prompt.handle(.enter)) == "gard")
    #expect(prompt.items.isEmpty && !rows(20).contains("items"))
  }

  @Test func theGhostStandsBehindTheCursorOnlyAtTheEnd() {
    var prompt = prompt("gar", ["Garden Hose", "garage"])
    #expect(String(prompt.ghost) == "den Hose")
    _ = prompt.handle(.left)
    #expect(prompt.ghost.isEmpty)
    _ = prompt.handle(.right)
    #expect(String(prompt.ghost) == "den Hose")
    _ = prompt.handle(.down)
    #expect(prompt.ghost.isEmpty)
  }

  @Test func aCorrectionIsMarkedAndNeverAGhost() throws {
    var prompt = prompt("grden")
    let corrected = Prompt.Suggestion(text: "garden", source: "index", match: .corrected)
    prompt.receive([corrected, .init(text: "grdening", source: "session")], for: "grden")
    #expect(prompt.ghost.isEmpty)
    // Not even if it happens to begin with what was typed.
    var other = self.prompt("gar")
    other.receive([.init(text: "garden", source: "index", match: .corrected)], for: "gar")
    #expect(other.ghost.isEmpty)
    func rows(_ prompt: Prompt) -> [String] {
      PromptView.frame(of: prompt, status: PromptStatus(session: "s"), width: 60, height: 7)
        .rows.map { $0.map(\.text).joined() }
    }
    #expect(
      rows(prompt).dropFirst(2) == ["≈ garden  often searched, corrected", "  grdening  yours"])
    // A suggestion that the corrections proposed says so only once.
    other.receive([.init(text: "garden", source: "corrected", match: .corrected)], for: "gar")
    #expect(rows(other)[2] == "≈ garden  corrected")
    _ = prompt.handle(.down)
    #expect(rows(prompt)[2] == "▸ garden  often searched, corrected")
    #expect(prompt.shownText == "garden")
    _ = prompt.handle(.escape)
    #expect(prompt.handle(.tab) == .complete && prompt.editor.text == "garden")
  }

  @Test func whatFailedIsMarkedAndNeverAGhost() {
    var prompt = prompt("gar")
    let failed = Prompt.Suggestion(
      text: "garage", source: "session", age: "yesterday", hasFailed: true)
    prompt.receive([.init(text: "garden", source: "index"), failed], for: "gar")
    #expect(String(prompt.ghost) == "den")
    prompt.receive([failed], for: "gar")
    #expect(prompt.ghost.isEmpty)
    let rows = PromptView.frame(
      of: prompt, status: PromptStatus(session: "s"), width: 60, height: 7
    ).rows.map { $0.map(\.text).joined() }
    #expect(rows[2] == "  garage  yours, yesterday, failed")
  }

  @Test func tabAndRightTakeTheBest() {
    for key in [Key.tab, .right, .end, .control("f")] {
      var prompt = prompt("gar", ["Garden Hose", "garage"])
      #expect(prompt.handle(key) == .complete)
      #expect(prompt.editor.text == "Garden Hose")
      #expect(prompt.editor.isAtEnd)
    }
    var inside = prompt("gar", ["garden"])
    _ = inside.handle(.left)
    #expect(inside.handle(.right) == nil)
    #expect(inside.editor.text == "gar")
    var none = prompt("gar")
    #expect(none.handle(.tab) == nil)
  }

  @Test func staleSuggestionsAreNotTaken() {
    var prompt = prompt("gar", ["garden", "garage"])
    type("d", &prompt)
    #expect(prompt.suggestions.map(\.text) == ["garden"])
    type("x", &prompt)
    #expect(prompt.handle(.tab) == nil)
    #expect(prompt.handle(.down) == nil)
    #expect(prompt.shownText == "gardx" && prompt.suggestions.isEmpty)
    // An answer to a text that has changed since is ignored.
    prompt.receive([.init(text: "garage", source: "index")], for: "gar")
    #expect(prompt.suggestions.isEmpty)
    // A suggestion that matches only by the daemon's rules is taken as it is.
    prompt.receive([.init(text: "Gård-X", source: "index")], for: "gardx")
    #expect(prompt.handle(.tab) == .complete)
    #expect(prompt.editor.text == "Gård-X")
  }

  @Test(arguments: [
    ("hose gar", "garden hose", true), ("HOSE", "garden hose", true), ("", "garden", true),
    ("a an", "an apple", true), ("an a", "an apple", true), ("gar gar", "garden hose", false),
    ("ose", "garden hose", false), ("hoses", "garden hose", false),
  ])
  func typedWordsAreFoundInAnyOrder(typed: String, suggestion: String, holds: Bool) {
    #expect(SuggestionMatch.holdsWords(of: Array(typed), in: Array(suggestion)) == holds)
  }

  @Test func matchesOfWordsStayWhileTheyHoldTheWords() {
    var prompt = prompt("ho")
    prompt.receive(
      [
        .init(text: "Garden hose", source: "anywhere", match: .words),
        .init(text: "hotel", source: "index"),
        .init(text: "a house", source: "index", match: .synonyms),
      ], for: "ho")
    #expect(prompt.ghost.isEmpty)
    type("s", &prompt)
    #expect(prompt.suggestions.map(\.text) == ["Garden hose"])
    #expect(rows(prompt, PromptStatus(session: "a"))[2] == "  Garden hose  holds the words")
    type("e g", &prompt)
    #expect(prompt.suggestions.map(\.text) == ["Garden hose"])
    #expect(prompt.ghost.isEmpty)
    type("x", &prompt)
    #expect(prompt.suggestions.isEmpty)
  }

  @Test func arrowsChooseAndEscapeUndoes() {
    var prompt = prompt("gar", ["garden", "garage"])
    _ = prompt.handle(.down)
    #expect(prompt.shownText == "garden")
    _ = prompt.handle(.down)
    #expect(prompt.shownText == "garage")
    _ = prompt.handle(.down)
    #expect(prompt.shownText == "gar" && prompt.choice == nil)
    _ = prompt.handle(.up)
    #expect(prompt.shownText == "garage")
    #expect(prompt.handle(.escape) == nil)
    #expect(prompt.shownText == "gar")
    #expect(prompt.handle(.escape) == .complete)
    #expect(prompt.editor.isEmpty)
    // Late answers do not move a choice.
    var chosen = self.prompt("gar", ["garden", "garage"])
    _ = chosen.handle(.down)
    chosen.receive([], for: "gar")
    #expect(chosen.shownText == "garden")
  }

  @Test func typingGoesOnFromTheChoice() {
    var prompt = prompt("gar", ["garden", "garage"])
    _ = prompt.handle(.down)
    #expect(prompt.handle(.text("s")) == .complete)
    #expect(prompt.editor.text == "gardens" && prompt.choice == nil)
  }

  @Test func enterSubmitsWhatIsShown() {
    var typed = prompt("gar", ["garden"])
    #expect(submitted(typed.handle(.enter)) == "gar")
    #expect(typed.editor.isEmpty && typed.suggestions.isEmpty)
    var chosen = prompt("gar", ["garden"])
    _ = chosen.handle(.down)
    #expect(submitted(chosen.handle(.enter)) == "garden")
    var blank = prompt("  ")
    #expect(blank.handle(.enter) == nil)
  }

  @Test func leaving() {
    var prompt = prompt("gar", ["garden"])
    _ = prompt.handle(.down)
    #expect(prompt.handle(.control("c")) == .complete)
    #expect(prompt.editor.isEmpty && prompt.choice == nil)
    #expect(prompt.handle(.control("c")) == .leave)
    #expect(prompt.handle(.control("d")) == .leave)
    var typed = self.prompt("ab")
    _ = typed.handle(.home)
    #expect(typed.handle(.control("d")) == .complete)
    #expect(typed.editor.text == "b")
    #expect(typed.handle(.control("z")) == .suspend)
  }

  private func rows(
    _ prompt: Prompt, _ status: PromptStatus, width: Int = 60, height: Int = 7
  ) -> [String] {
    PromptView.frame(of: prompt, status: status, width: width, height: height).rows.map { row in
      row.map(\.text).joined()
    }
  }

  @Test func thePictureOfAPrompt() {
    var status = PromptStatus(session: "ada")
    let prompt = prompt("gar", ["garden hose", "Garage"])
    #expect(
      rows(prompt, status) == [
        "› garden hose", "  session ada · context none", "  garden hose  often searched",
        "  Garage  often searched",
      ])
    status.context = "pond\u{1B} pump"
    status.microseconds = 3120
    status.unrecorded = 2
    #expect(
      rows(prompt, status, width: 80)[1]
        == "  session ada · context “pond␛ pump” · 3.1 ms · 2 not yet recorded")
    let frame = PromptView.frame(of: prompt, status: status, width: 60, height: 10)
    #expect(frame.cursorColumn == 5)
    #expect(
      frame.rows[0] == [Span("› ", .sign), Span("gar", .typed), Span("den hose", .ghost)])
    #expect(
      frame.rows[2] == [
        Span("  ", .note), Span("gar", .typed), Span("den hose", .completed),
        Span("  often searched", .note),
      ])
  }

  @Test func aProblemTakesTwoRowsIfItMust() {
    var status = PromptStatus(session: "ada")
    status.problem = "no daemon answers; start one"
    #expect(rows(Prompt(), status, width: 60).dropFirst() == ["  no daemon answers; start one"])
    #expect(
      rows(Prompt(), status, width: 25).dropFirst() == ["  no daemon answers", "  start one"])
  }

  @Test func noRowIsWiderThanTheTerminalAndTheCursorIsInIt() {
    let pieces = ["a", "水", "👨‍👩‍👧", " ", "e\u{301}", "\u{1B}", "garden "]
    for seed in 0..<500 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      func text(_ random: inout SplitMix64) -> String {
        (0..<random.below(40)).map { _ in pieces[random.below(pieces.count)] }.joined()
      }
      var prompt = prompt(text(&random).filter { $0 != "\u{1B}" })
      prompt.receive(
        (0..<random.below(12)).map { _ in .init(text: text(&random), source: "s\u{07}") },
        for: prompt.editor.text)
      let keys: [Key] = [
        .left, .down, .up, .control("r"), .control("s"), .control("d"), .text("?"), .enter, .escape,
      ]
      for _ in 0..<random.below(20) {
        let isKnown = random.below(4) > 0
        if prompt.handle(isKnown ? keys[random.below(2)] : keys[random.below(keys.count)]) == .list
        {
          prompt.receive(
            (0..<random.below(12)).map { _ in .init(text: text(&random), note: "n\u{07}") },
            search: nil)
        }
      }
      var status = PromptStatus(session: text(&random))
      status.context = text(&random)
      let width = 1 + random.below(50)
      let height = 1 + random.below(12)
      let frame = PromptView.frame(of: prompt, status: status, width: width, height: height)
      #expect(frame.rows.count <= height, "seed \(seed)")
      for row in frame.rows {
        let cells = row.reduce(0) { $0 + CellWidth.of($1.text) }
        #expect(cells <= max(1, width - 1), "seed \(seed): \(row) in \(width)")
        #expect(row.allSatisfy { VisibleText.of($0.text) == $0.text }, "seed \(seed)")
      }
      #expect((0..<max(2, width)).contains(frame.cursorColumn), "seed \(seed)")
    }
  }

  @Test func theCursorStandsBehindWhatIsBeforeIt() {
    var prompt = prompt("水a👨‍👩‍👧b")
    func column() -> Int {
      PromptView.frame(of: prompt, status: PromptStatus(session: "s"), width: 60, height: 5)
        .cursorColumn
    }
    var columns = [column()]
    for _ in 0..<4 {
      _ = prompt.handle(.left)
      columns.append(column())
    }
    #expect(columns == [8, 7, 5, 4, 2])
  }
}
