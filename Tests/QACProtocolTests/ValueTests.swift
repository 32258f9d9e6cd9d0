// Session names and default paths.

import QACProtocol
import Testing

@Suite struct ValueTests {
  @Test func sessionNamesAreBounded() {
    let most = ProtocolLimits.maximumSessionBytes
    #expect(SessionName(String(repeating: "s", count: most))?.bytes.count == most)
    #expect(SessionName(String(repeating: "s", count: most + 1)) == nil)
    #expect(SessionName("") == nil)
    #expect(SessionName("a b é 😀")?.string == "a b é 😀")
    for bad in ["\u{00}", "a\u{1F}", "a\n", "\u{7F}", "\u{80}x", "\u{9F}"] {
      #expect(SessionName(bad) == nil, "\(bad.unicodeScalars.map(\.value))")
    }
    #expect(SessionName("\u{A0}") != nil)
    #expect(SessionName(bytes: [0xFF]) == nil)
  }

  @Test func defaultPathsFollowXDG() {
    let all = DefaultPaths(
      environment: [
        "XDG_RUNTIME_DIR": "/run/user/7/", "XDG_STATE_HOME": "/s", "XDG_DATA_HOME": "/d",
        "HOME": "/home/u",
      ], userID: 7)
    #expect(all.socket == "/run/user/7/qacd/qacd.sock")
    #expect(all.database == "/s/qacd/sessions.sqlite")
    #expect(all.index == "/d/qacd/current.qaci")
    let home = DefaultPaths(environment: ["HOME": "/home/u", "XDG_DATA_HOME": "no/t"], userID: 7)
    #expect(home.socket == "/tmp/qacd-7/qacd.sock")
    #expect(home.database == "/home/u/.local/state/qacd/sessions.sqlite")
    #expect(home.index == "/home/u/.local/share/qacd/current.qaci")
    let bare = DefaultPaths(environment: ["XDG_RUNTIME_DIR": ""], userID: 0)
    #expect(bare.socket == "/tmp/qacd-0/qacd.sock")
    #expect(bare.database == "/tmp/qacd-0/sessions.sqlite")
    #expect(bare.index == "/tmp/qacd-0/current.qaci")
  }

  @Test func theUsersOwnSocketComesBeforeTheMachines() {
    let paths = DefaultPaths(environment: ["XDG_RUNTIME_DIR": "/run/user/7"], userID: 7)
    let own = "/run/user/7/qacd/qacd.sock"
    let system = "/run/qacd/qacd.sock"
    #expect(DefaultPaths.systemSocket == system)
    for (there, expected) in [
      ([own, system], own), ([own], own), ([system], system), ([], own),
    ] {
      #expect(paths.clientSocket { there.contains($0) } == expected, "\(there)")
    }
  }
}
