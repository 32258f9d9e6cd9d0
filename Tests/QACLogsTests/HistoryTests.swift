// Histories are read as their shells would read them; texts given here byte by byte.

import QACBinary
import QACLogs
import QACTestSupport
import Testing

struct HistoryTests {
  @Test func zshEntriesHaveTimesOrNone() {
    let read = ReadHistory(
      ": 1767225600:3;git status\nls -la\n:  1767225601:0;a;b\n: > log\n\\: > log\n"
        + ": 12:x;no stamp\n", ZshHistory.self)
    #expect(
      read.commands == [
        Command("git status", at: 1_767_225_600, taking: 3), Command("ls -la"),
        Command("a;b", at: 1_767_225_601, taking: 0), Command(": > log"), Command(": > log"),
        Command(": 12:x;no stamp"),
      ])
  }

  @Test func zshLinesThatEndWithABackslashGoOn() {
    let read = ReadHistory(
      "for x in a\\\ndo\\\ndone\necho a \\\\\n  b\necho end\\ \necho end\\\\  \nls \n",
      ZshHistory.self)
    #expect(
      read.texts == [
        "for x in a\ndo\ndone", "echo a \\\n  b", "echo end\\", "echo end\\\\ ", "ls ",
      ])
  }

  @Test func zshBytesAreUnmetafiedBeforeTheyAreText() {
    // ć is C4 87, and 87 is one of zsh's own bytes.
    let read = ReadHistory(
      [0x65, 0x20, 0xC4, 0x83, 0xA7, 0x0A, 0x78, 0x83, 0x20, 0x79, 0x0A, 0x78, 0x83, 0x0A],
      ZshHistory.self)
    #expect(read.commands.map(\.text) == [Array("e ć".utf8), [0x78, 0, 0x79], [0x78, 0x83]])
  }

  @Test func zshEndsWithTheFile() {
    #expect(ReadHistory("a\\\nb\\", ZshHistory.self).commands.map(\.text) == [Array("a\nb\n".utf8)])
    #expect(ReadHistory("", ZshHistory.self) == ReadHistory())
    #expect(ReadHistory("\n \n: 1767225600:0;\n", ZshHistory.self).commands.isEmpty)
  }

  @Test func bashWithoutTimesHasOneCommandPerLine() {
    let read = ReadHistory("ls\n#123\n\n# a comment\nmake\n", BashHistory.self)
    #expect(read.commands == ["ls", "#123", "# a comment", "make"].map { Command($0) })
  }

  @Test func bashWithTimesGoesUpToTheNextTime() {
    let read = ReadHistory(
      "old\nolder\n#1767225600\ncat <<END\n#123\n#12345678\n\nEND\n#1767225601\nls\n"
        + "#1767225602\n#1767225603123456789\nmake\n#99999999999999999999\n", BashHistory.self)
    #expect(
      read.commands == [
        Command("old"), Command("older"),
        Command("cat <<END\n#123\n#12345678\n\nEND", at: 1_767_225_600),
        Command("ls", at: 1_767_225_601),
        Command("make\n#99999999999999999999", at: 1_767_225_603),
      ])
  }

  @Test func fishEscapesAreUndoneInOnePass() {
    let read = ReadHistory(
      #"""
      - cmd: echo 'a\nb\\nc'
        when: 1767225600
      - cmd: echo \\\\ \x \
         when: 1767225601
         paths:
           - /etc/passwd
           - when: 7
      - cmd:   two spaces
      - cmd: last
        when: soon
      """#, FishHistory.self)
    #expect(
      read.commands == [
        Command("echo 'a\nb\\nc'", at: 1_767_225_600),
        Command(#"echo \\ \x \"#, at: 1_767_225_601), Command("  two spaces"), Command("last"),
      ])
    #expect(read.strays.isEmpty)
  }

  @Test func linesThatAreNotOfFishAreTold() {
    let read = ReadHistory("ls\n- cmd: a\nfoo\n  when: 1767225600\n", FishHistory.self)
    #expect(read.strays == [1, 3, 4])
    #expect(read.commands == [Command("a")])
  }

  @Test func entriesThatAreTooLongAreTold() {
    let line = String(repeating: "x", count: 40_000)
    #expect(ReadHistory("\(line)\\\n\(line)\nls\n", ZshHistory.self).leftOut[.longQuery] == [1])
    let bash = ReadHistory(
      "#1767225600\n\(line)\n\(line)\n#1767225601\n\(line)\(line)\n#1767225602\nls\n",
      BashHistory.self)
    #expect(bash.leftOut[.longQuery] == [2, 5])
    #expect(bash.commands == [Command("ls", at: 1_767_225_602)])
    let fish = ReadHistory(
      "- cmd: \(line)\(line)\n  when: 1767225600\n- cmd: ls\n", FishHistory.self)
    #expect(fish.leftOut[.longQuery] == [1])
    #expect(fish.commands == [Command("ls")])
  }

  @Test func anyBytesAreRead() throws {
    try withEvery("seed", in: UInt64(0)..<500) { seed in
      var random = SplitMix64(seed: seed)
      let pieces: [[UInt8]] = [
        Array(": 1767225600:0;".utf8), Array("#1767225600\n".utf8), Array("- cmd: ".utf8),
        Array("  when: 17".utf8), Array("\\\n".utf8), Array("\\".utf8), [0x83], [0x0A], [0xFF],
        Array("   paths:\n".utf8), Array("a b".utf8), Array(":9223372036854775807".utf8), [0],
      ]
      let bytes = (0..<random.below(60)).flatMap { _ in pieces[random.below(pieces.count)] }
      func check(_ read: ReadHistory) throws {
        let size = read.commands.reduce(0) { $0 + $1.text.count }
        try #require(size <= bytes.count)
        try #require(read.commands.allSatisfy { !$0.text.isEmpty })
      }
      try check(ReadHistory(bytes, ZshHistory.self))
      try check(ReadHistory(bytes, BashHistory.self))
      try check(ReadHistory(bytes, FishHistory.self))
    }
  }
}
