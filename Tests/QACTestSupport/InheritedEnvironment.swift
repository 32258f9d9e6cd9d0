// What every program that a test starts has to be told of this one's environment.

import Foundation

/// Variables that decide how programs built like this one run.
public enum InheritedEnvironment {
  /// Where libraries are, and what the sanitizers are to do, as far as that is set.
  public static let variables: [String: String] = ProcessInfo.processInfo.environment.filter {
    ["LD_LIBRARY_PATH", "LD_PRELOAD", "ASAN_OPTIONS", "TSAN_OPTIONS"].contains($0.key)
  }

  /// Whether a sanitizer's own memory comes on top of what a program takes (`dev/sanitize`).
  public static let isSanitized = ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains {
    variables[$0] != nil
  }
}
