//! Values of the domain in columns.

use deskbell_protocol::{
    AccountId, AgentId, ContactId, ConversationId, Generation, InteractionId, LogPosition, MessageId,
    OfferId, QueueId,
};
use rusqlite::types::{FromSqlError, Type};
use rusqlite::{Connection, Row, ToSql};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// An id, stored as a BLOB of sixteen bytes.
pub(super) trait Id: Copy {
    fn bytes(self) -> [u8; 16];
    fn of(bytes: [u8; 16]) -> Self;
}

macro_rules! ids {
    ($($name:ident)*) => {$(
        impl Id for $name {
            fn bytes(self) -> [u8; 16] {
                *self.as_uuid().as_bytes()
            }

            fn of(bytes: [u8; 16]) -> Self {
                Self::from_uuid(Uuid::from_bytes(bytes))
            }
        }
    )*};
}

ids! { AccountId AgentId ContactId ConversationId Generation InteractionId MessageId OfferId QueueId }

pub(super) fn id<T: Id>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    row.get(column).map(T::of)
}

pub(super) fn id_or_null<T: Id>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    Ok(row.get::<_, Option<[u8; 16]>>(column)?.map(T::of))
}

/// A value as JSON.
pub(super) fn json<T: Serialize>(value: &T) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

pub(super) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    parse(row.get_ref(column)?.as_str()?, column)
}

pub(super) fn from_json_or_null<T: DeserializeOwned>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    row.get_ref(column)?.as_str_or_null()?.map(|text| parse(text, column)).transpose()
}

fn parse<T: DeserializeOwned>(text: &str, column: usize) -> rusqlite::Result<T> {
    serde_json::from_str(text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, error.into()))
}

/// The word of a plain enum, as in JSON.
pub(super) fn word<T: Serialize>(value: &T) -> rusqlite::Result<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => Ok(word),
        _ => Err(rusqlite::Error::ToSqlConversionFailure("not a plain word".into())),
    }
}

pub(super) fn from_word<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    of_word(row.get_ref(column)?.as_str()?)
}

pub(super) fn from_word_or_null<T: DeserializeOwned>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    row.get_ref(column)?.as_str_or_null()?.map(of_word).transpose()
}

fn of_word<T: DeserializeOwned>(word: &str) -> rusqlite::Result<T> {
    let plain = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(word);
    T::deserialize(plain).map_err(|error| FromSqlError::Other(error.into()).into())
}

/// Writes a row if it is newer than the stored one with the same key. Whether it was.
pub(super) fn put_newer(
    sql: &Connection,
    table: &str,
    key: &str,
    columns: &[(&str, &dyn ToSql)],
    version: LogPosition,
) -> rusqlite::Result<bool> {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).chain(["version"]).collect();
    let places: Vec<String> = (1..=names.len()).map(|place| format!("?{place}")).collect();
    let fresh: Vec<String> = names.iter().map(|name| format!("{name} = excluded.{name}")).collect();
    let values: Vec<&dyn ToSql> =
        columns.iter().map(|(_, value)| *value).chain([&version.0 as &dyn ToSql]).collect();
    let put = format!(
        "INSERT INTO {table} ({}) VALUES ({}) ON CONFLICT ({key}) DO UPDATE SET {} WHERE excluded.version > {table}.version",
        names.join(", "),
        places.join(", "),
        fresh.join(", ")
    );
    Ok(sql.prepare_cached(&put)?.execute(values.as_slice())? > 0)
}

/// SQLite's plan of a query.
#[cfg(test)]
pub(super) fn plan(sql: &Connection, query: &str) -> String {
    let mut explain = sql.prepare(&format!("EXPLAIN QUERY PLAN {query}")).unwrap();
    for place in 1..=explain.parameter_count() {
        explain.raw_bind_parameter(place, 1).unwrap();
    }
    let mut rows = explain.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get::<_, String>(3).unwrap());
    }
    steps.join("; ")
}
