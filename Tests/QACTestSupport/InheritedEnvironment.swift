// The part of the environment that every program started by a test needs.

import Foundation

/// The variables on which programs built like this one depend.
public enum InheritedEnvironment {
  /// Where libraries are and what the sanitizers do, where that is set.
  public static let variables: [String: String] = ProcessInfo.processInfo.environment.filter {
    ["LD_LIBRARY_PATH", "LD_PRELOAD", "ASAN_OPTIONS", "TSAN_OPTIONS"].contains($0.key)
  }

  /// Whether a sanitizer adds its own memory to that of a program (`dev/sanitize`).
  public static let isSanitized = ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains {
    variables[$0] != nil
  }
}
