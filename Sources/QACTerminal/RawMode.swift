// Keeps a terminal in raw mode for as long as the value lives.
//
// Invariant: while the value lives and is not suspended, the terminal is raw and reports pastes in
// brackets; it reports the mouse only where that was asked for. After the value is gone, the
// terminal is as it was before. A signal that ends the program must therefore let the owner return
// instead of killing the process at once.

import Glibc

/// Holds a terminal in raw mode.
public struct RawMode: ~Copyable {
  private let descriptor: Int32
  private let saved: termios

  /// Puts the terminal `descriptor` into raw mode; nil if it is not a terminal.
  public static func enter(_ descriptor: Int32) -> RawMode? {
    var saved = termios()
    guard tcgetattr(descriptor, &saved) == 0 else { return nil }
    let mode = RawMode(descriptor: descriptor, saved: saved)
    mode.resume()
    return mode
  }

  private init(descriptor: Int32, saved: termios) {
    self.descriptor = descriptor
    self.saved = saved
  }

  deinit {
    suspend()
  }

  /// Restores the terminal for a while.
  public func suspend() {
    reportMouse(false)
    Self.write("\u{1B}[?2004l\u{1B}[?25h", to: descriptor)
    var mode = saved
    tcsetattr(descriptor, TCSADRAIN, &mode)
  }

  /// Puts the terminal into raw mode again.
  public func resume() {
    var mode = saved
    cfmakeraw(&mode)
    tcsetattr(descriptor, TCSADRAIN, &mode)
    Self.write("\u{1B}[?2004h", to: descriptor)
  }

  /// Lets the terminal report the mouse, whose wheel is a key then, or no longer. While it does, a
  /// person marks text with the mouse only with Shift held down.
  public func reportMouse(_ reports: Bool) {
    let end = reports ? "h" : "l"
    Self.write("\u{1B}[?1000\(end)\u{1B}[?1006\(end)", to: descriptor)
  }

  /// The terminal's size in cells; 80 by 24 if it is unknown.
  public static func size(of descriptor: Int32) -> (width: Int, height: Int) {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Writes all of `text`; ignores a terminal that is gone.
  public static func write(_ text: String, to descriptor: Int32) {
    var text = text
    text.withUTF8 { buffer in
      var offset = 0
      while offset < buffer.count {
        let written = Glibc.write(
          descriptor, buffer.baseAddress?.advanced(by: offset), buffer.count - offset)
        if written < 0 && errno != EINTR { return }
        offset += max(0, written)
      }
    }
  }
}
