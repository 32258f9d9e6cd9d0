// The names of sources as a person would say them: where a suggestion comes from.

/// What people call the sources of suggestions.
public enum SourceName {
  /// The words for a source as the daemon names it; a source that is not known here keeps its name.
  public static func text(_ source: String) -> String {
    switch source {
    case "session": return "yours"
    case "index", "popular": return "often searched"
    case "followers": return "often follows"
    case "recent": return "others, lately"
    case "places": return "often used here"
    case "composed", "compound": return "put together"
    case "words": return "from your words"
    case "anywhere": return "holds the words"
    case "variants": return "written otherwise"
    case "synonyms": return "means the same"
    case "boosted": return "recommended"
    default: return source
    }
  }
}
