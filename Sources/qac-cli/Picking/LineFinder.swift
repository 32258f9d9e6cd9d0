// Asks the daemon for the lines of a list while a person types: completions, or hits of a search.
//
// Invariant: the lines are those of the text that was asked for last; older answers are dropped.
// Nothing waits for the daemon except `forget`, whose answer says that the text is gone.

import Glibc
import QACClient
import QACProtocol
import QACTerminal

/// A line of the list.
struct FoundLine: Equatable {
  var text: [UInt8]
  /// What is told of it, the most important first.
  var notes: [String]
}

/// Finds lines.
final class LineFinder {
  /// How many lines a list has.
  static let limit = 10

  let searches: Bool
  private let client: Client
  private let session: SessionName
  private let thread: SessionName?
  private let place: Place?
  private var awaited: Int64?
  private(set) var lines: [FoundLine] = []
  /// Whether an answer to the last text has come.
  private(set) var isCurrent = false
  /// What is wrong with the daemon.
  private(set) var problem: String?

  init(
    client: Client, session: SessionName, thread: SessionName?, place: Place?, searches: Bool
  ) {
    self.client = client
    self.session = session
    self.thread = thread
    self.place = place
    self.searches = searches
  }

  /// The descriptor to poll for answers.
  var descriptor: Int32? { client.fileDescriptor }

  /// Asks for the lines of `text`.
  func ask(_ text: String) {
    let bytes = Array(text.utf8.prefix(ProtocolLimits.maximumTextBytes))
    isCurrent = false
    do throws(ClientError) {
      try client.connect()
      awaited = try client.send(
        searches
          ? .search(.init(session: session, query: bytes, limit: Self.limit))
          : .complete(
            .init(
              context: .session(session), thread: thread, place: place, prefix: bytes,
              limit: Self.limit, last: true)))
      try client.flush()
    } catch {
      lose(error)
    }
  }

  /// Takes what has come.
  func advance() {
    do throws(ClientError) {
      while client.fileDescriptor != nil, let response = try client.receiveAvailable() {
        guard let awaited, response.id == RequestID(awaited) else { continue }
        take(response)
      }
    } catch {
      lose(error)
    }
  }

  private func take(_ response: Response) {
    isCurrent = true
    problem = nil
    switch response.outcome {
    case .failure(let error): problem = error.message
    case .success(let result):
      if searches {
        lines =
          (try? SearchPage(result))?.hits.map { hit in
            FoundLine(text: hit.query, notes: mark(hit.last) + use(hit.last))
          } ?? []
      } else {
        lines =
          (try? Completion(result))?.failedLast.map { suggestion in
            FoundLine(
              text: suggestion.text,
              notes: mark(suggestion.last, suggestion.hasFailed)
                + [ShellWords.source(suggestion.source)] + (suggestion.last.map(use) ?? []))
          } ?? []
      }
    }
  }

  private func lose(_ error: ClientError) {
    client.disconnect()
    awaited = nil
    isCurrent = true
    problem = "\(error)"
  }

  /// What is told of a text whose last use failed. Daemons of before say it of `last` alone.
  private func mark(_ last: LastUse?, _ hasFailed: Bool = false) -> [String] {
    hasFailed || last?.outcome == .failed ? ["failed"] : []
  }

  /// When and where a text was used last.
  private func use(_ last: LastUse) -> [String] {
    var notes = [Age.text(seconds: Int64(time(nil)) - last.at)]
    if let directory = last.place {
      notes.append(directory == place ? "here" : ShellWords.directory(directory.bytes))
    }
    return notes
  }

  /// Deletes what was recorded of `line`, in all terminals; whether that was done.
  func forget(_ line: FoundLine) -> Bool {
    do throws(ClientError) {
      _ = try client.forget(.init(session: session, query: line.text))
      TerminalNews.forgotten()
      return true
    } catch {
      lose(error)
      return false
    }
  }
}

/// What a person at a shell calls things.
enum ShellWords {
  /// The words for a source; one that is not known here keeps its name.
  static func source(_ name: String) -> String {
    switch name {
    case "session", "words": return "yours"
    case "followers": return "often next"
    case "places": return "done here"
    case "index", "popular", "recent": return "others"
    case "composed", "compound": return "composed"
    case "anywhere": return "has the words"
    case "corrected": return "corrected"
    case "variants", "synonyms": return "another way"
    default: return VisibleText.of(name)
    }
  }

  /// A directory with `~` for the home directory.
  static func directory(_ path: [UInt8]) -> String {
    let text = String(decoding: path, as: UTF8.self)
    if let home = Environment.all["HOME"], home.count > 1,
      text == home || text.hasPrefix(home + "/")
    {
      return VisibleText.of("~" + text.dropFirst(home.count))
    }
    return VisibleText.of(text)
  }
}
