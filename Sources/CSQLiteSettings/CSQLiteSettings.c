// Source: https://www.sqlite.org/malloc.html, "Lookaside Memory Allocator".

#include "CSQLiteSettings.h"

#include <sqlite3.h>

void csqlite_disable_lookaside(void) { sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0); }
