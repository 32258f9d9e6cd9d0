// Answers hold JSON values and faults name JSON faults, so a program that imports the protocol also
// sees these types.

@_exported public import QACJSON
