//! Values as both databases keep them.

use model::Timestamp;
use serde::de::DeserializeOwned;
use sqlx::{Database, Decode, FromRow, Postgres, Sqlite, Type, error::BoxDynError, postgres::PgRow, sqlite::SqliteRow};

/// A row that either database can give: any struct with `#[derive(sqlx::FromRow)]`, or a tuple, over `String`, `i64`,
/// `Vec<u8>`, [`Ts`], [`Json`] and their `Option`s.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A point in time as a column: microseconds since 1970-01-01T00:00:00Z in a `BIGINT`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ts(pub Timestamp);

impl From<Ts> for Timestamp {
    fn from(ts: Ts) -> Self {
        ts.0
    }
}

impl From<Timestamp> for Ts {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

/// A document as a column: JSON text. (`JSONB` would reorder its keys.)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

macro_rules! column {
    ($database:ty) => {
        impl Type<$database> for Ts {
            fn type_info() -> <$database as Database>::TypeInfo {
                <i64 as Type<$database>>::type_info()
            }

            fn compatible(ty: &<$database as Database>::TypeInfo) -> bool {
                <i64 as Type<$database>>::compatible(ty)
            }
        }

        impl<'r> Decode<'r, $database> for Ts {
            fn decode(value: <$database as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
                <i64 as Decode<'r, $database>>::decode(value).map(|micros| Self(Timestamp(micros)))
            }
        }

        impl<'q> sqlx::Encode<'q, $database> for Ts {
            fn encode_by_ref(&self, buffer: &mut <$database as Database>::ArgumentBuffer) -> Result<sqlx::encode::IsNull, BoxDynError> {
                <i64 as sqlx::Encode<'q, $database>>::encode_by_ref(&self.0.0, buffer)
            }
        }

        impl<T> Type<$database> for Json<T> {
            fn type_info() -> <$database as Database>::TypeInfo {
                <str as Type<$database>>::type_info()
            }

            fn compatible(ty: &<$database as Database>::TypeInfo) -> bool {
                <str as Type<$database>>::compatible(ty)
            }
        }

        impl<'r, T: DeserializeOwned> Decode<'r, $database> for Json<T> {
            fn decode(value: <$database as Database>::ValueRef<'r>) -> Result<Self, BoxDynError> {
                let text = <&str as Decode<'r, $database>>::decode(value)?;
                Ok(Self(serde_json::from_str(text)?))
            }
        }

        impl<'q, T: serde::Serialize> sqlx::Encode<'q, $database> for Json<T> {
            fn encode_by_ref(&self, buffer: &mut <$database as Database>::ArgumentBuffer) -> Result<sqlx::encode::IsNull, BoxDynError> {
                <String as sqlx::Encode<'q, $database>>::encode(serde_json::to_string(&self.0)?, buffer)
            }
        }
    };
}

column!(Sqlite);
column!(Postgres);
