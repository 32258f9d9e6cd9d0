// A setting of SQLite that Swift cannot make, since the function takes a variable list of arguments.

#ifndef CSQLITE_SETTINGS_H
#define CSQLITE_SETTINGS_H

/// Has SQLite take all memory from the allocator, and give back what it does not use: its own small pool
/// ("lookaside") keeps the text of deleted rows. To be called before the first connection is opened; later it
/// does nothing.
void csqlite_disable_lookaside(void);

#endif
