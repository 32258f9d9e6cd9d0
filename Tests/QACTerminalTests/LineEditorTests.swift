// Compares the line with a model: a list of graphemes and a place in it.

import QACBinary
import QACTerminal
import Testing

@Suite struct LineEditorTests {
  private func editor(_ text: String, cursorFromEnd: Int = 0) -> LineEditor {
    var editor = LineEditor()
    editor.insert(text)
    for _ in 0..<cursorFromEnd { editor.moveLeft() }
    return editor
  }

  @Test func graphemesAreEditedWhole() {
    var line = editor("a👨‍👩‍👧e\u{301}")
    #expect(line.characters.count == 3)
    line.backspace()
    #expect(line.text == "a👨‍👩‍👧")
    line.backspace()
    #expect(line.text == "a")
    line.backspace()
    line.backspace()
    #expect(line.isEmpty && line.cursor == 0)
  }

  @Test func aCombiningMarkJoinsWhatIsBefore() {
    var line = editor("ex", cursorFromEnd: 1)
    line.insert("\u{301}")
    #expect(line.text == "e\u{301}x")
    #expect(line.cursor == 1)
    // A flag is typed as two scalars.
    line.set("\u{1F1E9}")
    line.insert("\u{1F1EA}")
    #expect(line.characters == ["🇩🇪"])
    #expect(line.cursor == 1)
  }

  @Test func killsAndWords() {
    var line = editor("one two  three", cursorFromEnd: 2)
    line.killWord()
    #expect(line.text == "one two  ee")
    line.moveWordLeft()
    #expect(line.cursor == 4)
    line.killToEnd()
    #expect(line.text == "one ")
    line.yank()
    #expect(line.text == "one two  ee")
    line.moveHome()
    line.moveWordRight()
    #expect(line.cursor == 3)
    line.killToStart()
    #expect(line.text == " two  ee" && line.cursor == 0)
    line.moveEnd()
    line.killToEnd()
    line.delete()
    #expect(line.text == " two  ee")
    line.moveHome()
    line.delete()
    #expect(line.text == "two  ee")
  }

  @Test func theLengthIsBounded() {
    var line = LineEditor(maximumBytes: 10)
    line.insert("水水水水")
    #expect(line.text == "水水水")
    line.insert("é")
    #expect(line.text == "水水水")
    line.insert("x")
    line.insert("y")
    #expect(line.text == "水水水x")
  }

  @Test func randomEditsKeepTheInvariant() {
    let pieces = ["a", " ", "é", "e\u{301}", "\u{301}", "水", "👍🏽", "\u{200D}", "👩", "🇩", "ab cd"]
    for seed in 0..<500 as Range<UInt64> {
      var random = SplitMix64(seed: seed)
      var line = LineEditor(maximumBytes: 60)
      for step in 0..<60 {
        let before = line
        switch random.below(14) {
        case 0...4: line.insert(pieces[random.below(pieces.count)])
        case 5: line.backspace()
        case 6: line.delete()
        case 7: line.moveLeft()
        case 8: line.moveRight()
        case 9: line.moveWordLeft()
        case 10: line.moveWordRight()
        case 11: line.killWord()
        case 12: line.killToEnd()
        default: line.yank()
        }
        #expect((0...line.characters.count).contains(line.cursor), "seed \(seed), step \(step)")
        #expect(line.text.utf8.count <= 60, "seed \(seed), step \(step)")
        #expect(Array(line.text) == line.characters, "seed \(seed), step \(step): \(before)")
      }
    }
  }
}
