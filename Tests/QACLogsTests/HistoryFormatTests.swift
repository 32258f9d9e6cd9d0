// Histories are told apart by looking, and are logs like others.

import QACLogs
import QACTestSupport
import Testing

struct HistoryFormatTests {
  private func format(_ text: String, name: String = "log") throws -> LogFormat? {
    let directory = try TemporaryDirectory()
    let path = try write(Array(text.utf8), to: name, in: directory)
    return try LogReader.read(paths: [path]).report.files.first?.format
  }

  @Test func historiesAreToldApart() throws {
    #expect(try format(": 1767225600:0;ls\n: 1767225601:0;for x in a\\\ndo\\\ndone\n") == .zsh)
    #expect(try format("ls\n#1767225600\ncat <<END\n#12\na\tb\nEND\n") == .bash)
    #expect(try format("- cmd: ls\n  when: 1767225600\n  paths:\n    - /a\n") == .fish)
    #expect(try format("ls\nmake\n", name: ".bash_history") == .bash)
    #expect(try format("ls\nmake\n", name: "old.zsh_history") == .zsh)
    #expect(try format("ls\nmake\n") == .lines)
    #expect(try format("ada\t1767225600\tls\nada\t1767225601\tmake\n", name: "log") == .events)
  }

  @Test func theCommandsOfAHistoryAreOnePersons() throws {
    let log = try read("#1767225600\nls\n#1767225601\nmake\n")
    #expect(log.report.users == 1 && log.report.sessions == 1)
    #expect(words(log) == ["- > ls", "ls > make"])
  }

  @Test func aHistoryWithoutTimesIsAList() throws {
    let directory = try TemporaryDirectory()
    let path = try write(Array("ls\nmake\nls\n".utf8), to: ".bash_history", in: directory)
    let log = try LogReader.read(paths: [path])
    #expect(log.report.files.first?.layout.hasTimes == false)
    #expect(words(log).sorted() == ["- > ls", "- > ls", "- > make"])
  }

  @Test func whatIsLeftOutIsCounted() throws {
    let long = String(repeating: "x", count: 70_000)
    let log = try read("- cmd: \(long)\n  when: 1767225600\n- cmd: ls\n  when: 1767225601\n")
    #expect(log.report.omissions == [.longQuery: 1])
    #expect(log.report.lines == 4)
  }

  @Test func strayLinesAreBad() throws {
    let log = try read("- cmd: ls\n  when: 1767225600\nfoo\n- cmd: make\n  when: 1767225601\n")
    #expect(log.report.badReasons == [.entry: 1])
    #expect(log.report.firstBad.first?.line == 3)
  }

  @Test func aHistoryIsReadInAnyPieces() throws {
    var text = ""
    for i in 0..<20_000 { text += ": \(1_767_225_600 + i):0;echo \(i) \\\n  ž\\ \n" }
    let log = try read(text)
    #expect(log.observations.count == 20_000 && log.report.badLines == 0)
  }
}
