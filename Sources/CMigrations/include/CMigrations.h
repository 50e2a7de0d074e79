#pragma once
#include <stddef.h>

/// A step of the database schema, from the folder `migrations`.
struct embedded_migration {
    /// The file's name without `.sql`: four digits, `_`, a word for what it does.
    const char *name;
    /// The file's bytes; not terminated.
    const unsigned char *bytes;
    size_t count;
};

/// How many there are.
size_t embedded_migration_count(void);

/// The one at `index`, in the order in which they are applied; NULL past the last.
const struct embedded_migration *embedded_migration_at(size_t index);
