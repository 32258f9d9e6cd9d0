// Imported events: sizes, and what is refused. That they come back as they were is tested with all
// requests.

import QACBinary
import QACJSON
import QACProtocol
import QACTestSupport
import Testing

struct ImportedEventTests {
  @Test func anEventHasAtMostTheSaidSize() throws {
    try withEvery("seed", in: UInt64(0)..<500) { seed in
      var random = SplitMix64(seed: seed)
      let name = try #require(SessionName("a\"b\\c\(seed)"))
      let event = random.importedEvent(name)
      var bytes: [UInt8] = []
      event.append(to: &bytes)
      try #require(bytes.count + 1 <= event.encodedBytes)
      try #require(Request.ImportedEvent(try JSONValue(parsing: bytes)) == event)
    }
  }

  @Test(arguments: [
    "{}", "[]", #"{"session":"a","query":"q"}"#, #"{"session":"a","at":1}"#,
    #"{"query":"q","at":1}"#, #"{"session":"","query":"q","at":1}"#,
    #"{"session":"a","query":" ","at":1}"#, #"{"session":"a","query":"q","at":-1}"#,
    #"{"session":"a","query":"q","at":1.5}"#, #"{"session":"a","query":"q","at":1,"item":""}"#,
    #"{"session":"a","query":"q","at":1,"occurrence":0}"#,
    #"{"session":"a","query":"q","at":1,"occurrence":9223372036854775807}"#,
  ])
  func whatIsNoEventIsRefused(_ text: String) throws {
    #expect(Request.ImportedEvent(try JSONValue(parsing: Array(text.utf8))) == nil)
  }

  @Test func whatThisVersionCannotReadIsLeftOut() throws {
    let text =
      #"{"session":"a","query":"q","at":1,"kind":"new","thread":7,"outcome":"maybe","x":[1]}"#
    let event = try #require(Request.ImportedEvent(try JSONValue(parsing: Array(text.utf8))))
    #expect(event == .init(session: try #require(SessionName("a")), query: [0x71], at: 1))
  }
}
