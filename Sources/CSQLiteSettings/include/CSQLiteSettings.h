// A setting of SQLite that Swift cannot make, since sqlite3_config is a variadic function.

#ifndef CSQLITE_SETTINGS_H
#define CSQLITE_SETTINGS_H

/// Makes SQLite take all memory from the allocator and give it back after use. SQLite's own small
/// pool ("lookaside") would keep the text of deleted rows. Call this before the first connection is
/// opened; later it does nothing.
void csqlite_disable_lookaside(void);

#endif
