// The paths.

import HTTPTypes

/// What a path stands for.
enum WebRoute: Int, CaseIterable {
  case complete, suggest, record, forget, search, root, openAPI, openSearch
  /// A file, or nothing.
  case nothing

  /// The path `path` below `base`.
  init(path: String, base: String) {
    guard path.utf8.starts(with: base.utf8) else {
      self = .nothing
      return
    }
    switch Substring(path.utf8.dropFirst(base.utf8.count)) {
    case "/complete": self = .complete
    case "/suggest": self = .suggest
    case "/record": self = .record
    case "/forget": self = .forget
    case "/_search": self = .search
    case "/", "": self = .root
    case "/openapi.json": self = .openAPI
    case "/opensearch.xml": self = .openSearch
    case let rest:
      // Elasticsearch's clients may name an index.
      let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
      self = parts.count == 3 && parts[0].isEmpty && parts[2] == "_search" ? .search : .nothing
    }
  }

  /// The methods that it takes.
  var methods: Set<HTTPRequest.Method> {
    switch self {
    case .complete, .suggest, .openAPI, .openSearch: return [.get]
    case .root: return [.get, .head]
    case .record, .search: return [.post]
    case .forget: return [.get, .post]
    case .nothing: return []
    }
  }

  /// The name in metrics.
  var name: String {
    switch self {
    case .complete: return "complete"
    case .suggest: return "suggest"
    case .record: return "record"
    case .forget: return "forget"
    case .search: return "search"
    case .root, .nothing: return "other"
    case .openAPI: return "openapi"
    case .openSearch: return "opensearch"
    }
  }
}
