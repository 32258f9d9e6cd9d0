// The names of flags, as ArgumentParser makes them.

/// The flag of the property called `property`, without dashes before it: `lookBackDays`,
/// look-back-days.
package func flagName(of property: String) -> String {
  property.reduce(into: "") { flag, letter in
    if letter.isUppercase { flag += "-" }
    flag += letter.lowercased()
  }
}
