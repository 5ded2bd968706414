-- What agents filled in: what is posted for a notification, which its transcript shows already put together.
CREATE TABLE template_values (
    message    BLOB NOT NULL PRIMARY KEY,
    parameters TEXT NOT NULL
) STRICT, WITHOUT ROWID;
