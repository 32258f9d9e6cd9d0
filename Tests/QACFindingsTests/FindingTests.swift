// Findings: what an error becomes, how they are shown, and that JSON keeps them.

import QACFindings
import QACJSON
import QACTestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

private struct Fault: Error, CustomStringConvertible {
  var description: String
}

@Suite struct FindingTests {
  @Test func anErrorIsWhatIsWrongAndItsRemedy() {
    let fault = Fault(description: "the index is damaged; rebuild it; or restore a copy")
    let finding = Finding(name: "index", error: fault)
    #expect(finding.state == .wrong && finding.message == "the index is damaged")
    #expect(finding.remedy == "rebuild it; or restore a copy")
    let bare = Finding(name: "index", error: Fault(description: "it is damaged"))
    #expect(bare.message == "it is damaged" && bare.remedy == nil)
  }

  @Test func jsonKeepsAFinding() {
    let findings = [
      Finding(name: "socket", state: .ok, message: "a \"b\"\n"),
      Finding(name: "unit", state: .note, message: "ü", remedy: "x"),
      Finding(name: "index", state: .wrong, message: "", remedy: ""),
    ]
    let value = findings.json
    #expect(value["ok"] == .bool(false))
    #expect(value["findings"]?.elements?.compactMap(Finding.init) == findings)
    #expect(findings.dropLast().allSatisfy { $0.state != .wrong })
    #expect(Array(findings.dropLast()).isWell && !findings.isWell)
    for other in [JSONValue.null, .object([]), .object([.init("name", .text("a"))])] {
      #expect(Finding(other) == nil)
    }
  }

  @Test func textIsSafeToShow() {
    let finding = Finding(name: "socket", state: .wrong, message: "a\u{1B}[2J", remedy: "b\nc")
    #expect(finding.text.split(separator: "\n").count == 2)
    #expect(!finding.text.contains("\u{1B}"))
    #expect(finding.text.hasPrefix("wrong  socket"))
  }

  @Test func modesHaveRemedies() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("inner")
    #expect(FilePermissions(path) == nil)
    #expect(mkdir(path, 0o700) == 0)
    let private_ = try #require(FilePermissions(path))
    #expect(private_.isDirectory && private_.isOurs && !private_.isOpen && !private_.isSocket)
    #expect(chmod(path, 0o751) == 0)
    let open = try #require(FilePermissions(path))
    #expect(open.isOpen && open.modeText == "751" && open.remedy == "chmod 700 \(path)")
    #expect(open == private_)
    #expect(FilePermissions.directory(of: "/a/b") == "/a")
    #expect(FilePermissions.directory(of: "/a") == "/" && FilePermissions.directory(of: "a") == ".")
  }
}
