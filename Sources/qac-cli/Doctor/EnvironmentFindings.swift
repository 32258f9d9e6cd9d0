// What the doctor finds in the environment, and beside this program.

import Glibc
import QACFindings
import QACLogs
import QACProtocol

/// Programs, variables, the pause, and the filter of secrets.
enum EnvironmentFindings {
  static var all: [Finding] {
    [programs] + variables + [pause, secrets].compactMap { $0 }
  }

  private static var programs: Finding {
    let missing = ["qacd", "qac-index"].filter { ChildProgram.path(of: $0) == nil }
    if !missing.isEmpty {
      return Finding(
        name: "programs", state: .wrong,
        message: "\(missing.joined(separator: " and ")) not found beside qac-cli or on the PATH",
        remedy: "install qacd again, or put the three programs into one directory")
    }
    let places = (Environment.all["PATH"] ?? "").split(separator: ":").map { "\($0)/qac-cli" }
    guard let found = places.first(where: { access($0, X_OK) == 0 }) else {
      return Finding(
        name: "programs", state: .wrong,
        message: "qac-cli is not on the PATH, where the shells look for it",
        remedy: "add its directory to PATH before the line of qac-cli init")
    }
    if let other = FilePermissions(found), other != FilePermissions("/proc/self/exe") {
      return Finding(
        name: "programs", state: .note, message: "the shells use another qac-cli: \(found)",
        remedy: "remove one of the two, or change their order on the PATH")
    }
    return Finding(name: "programs", state: .ok, message: "qac-cli, qacd and qac-index are there")
  }

  private static var variables: [Finding] {
    let all = Environment.all
    var found: [Finding] = []
    if let off = all["QAC_OFF"], !off.isEmpty {
      found.append(
        Finding(
          name: "QAC_OFF", state: .note, message: "is set: nothing is offered or recorded",
          remedy: "unset QAC_OFF"))
    }
    if all["QAC_RECORD"] == "off" {
      found.append(
        Finding(
          name: "QAC_RECORD", state: .note, message: "is off: nothing is recorded here",
          remedy: "unset QAC_RECORD"))
    }
    if let socket = all["QAC_SOCKET"] {
      found.append(
        Finding(
          name: "QAC_SOCKET", state: .note,
          message: "is \(socket): shells use that daemon, and start none",
          remedy: "unset QAC_SOCKET, if you did not mean to"))
    }
    if let session = all["QAC_SESSION"] {
      let isName = SessionName(session) != nil
      found.append(
        Finding(
          name: "QAC_SESSION", state: isName ? .note : .wrong,
          message: isName
            ? "is \(session): commands are that session's"
            : "is no name of 1 to \(ProtocolLimits.maximumSessionBytes) bytes",
          remedy: isName ? nil : "unset QAC_SESSION, or set it to a name"))
    }
    return found
  }

  private static var pause: Finding? {
    guard StateFile.paused.isThere else { return nil }
    return Finding(
      name: "recording", state: .note, message: "is paused: no shell records commands",
      remedy: "qac-cli pause --off")
  }

  /// The filter is part of the program: it works if it finds a secret of a known shape.
  private static var secrets: Finding {
    let works =
      KnownSecrets.isIn(Array("curl --password hunter2secret x".utf8))
      && !KnownSecrets.isIn(Array("git status".utf8))
    return Finding(
      name: "secrets", state: works ? .ok : .wrong,
      message: works
        ? "commands with keys, tokens and passwords of known shapes are not recorded"
        : "the filter of secrets does not work",
      remedy: works ? nil : "qac-cli pause, and install the programs anew")
  }
}
