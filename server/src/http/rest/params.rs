//! Query strings: parameters may come several times, and some hold lists with commas.

use std::borrow::Cow;

use catalog::index::QueryError;

use crate::http::failure::HttpFailure;

/// The parameters of a query string, percent and plus decoded.
#[derive(Debug)]
pub(super) struct Params<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

/// More parameters than a client has a use for.
const MOST: usize = 2_000;

impl<'a> Params<'a> {
    /// Reads a query string.
    pub(super) fn parse(query: Option<&'a str>) -> Result<Self, HttpFailure> {
        let pairs: Vec<_> = form_urlencoded::parse(query.unwrap_or_default().as_bytes()).take(MOST + 1).collect();
        if pairs.len() > MOST {
            return Err(HttpFailure::invalid(format!("more than {MOST} parameters")));
        }
        Ok(Self(pairs))
    }

    /// Every value of a parameter.
    pub(super) fn all<'s>(&'s self, name: &str) -> impl Iterator<Item = &'s str> {
        self.0.iter().filter(move |(have, _)| have == name).map(|(_, value)| &**value)
    }

    /// Every value of a parameter, as a list.
    pub(super) fn list<'s>(&'s self, name: &str) -> Vec<&'s str> {
        self.all(name).collect()
    }

    /// The value of a parameter that may come once.
    pub(super) fn one(&self, name: &str) -> Result<Option<&str>, HttpFailure> {
        let mut values = self.0.iter().filter(|(have, _)| have == name);
        match (values.next(), values.next()) {
            (value, None) => Ok(value.map(|(_, value)| &**value)),
            _ => Err(HttpFailure::invalid(format!("Invalid {name}, expected a single value"))),
        }
    }

    /// The value of a parameter that is a whole number, 0 or more.
    pub(super) fn number(&self, name: &str) -> Result<Option<usize>, HttpFailure> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        match text.parse::<i64>() {
            Ok(number) => {
                usize::try_from(number).map(Some).map_err(|_| HttpFailure::invalid(format!("Invalid {name}, must be zero or greater")))
            }
            Err(_) => Err(HttpFailure::invalid(format!("Invalid {name}, not an integer"))),
        }
    }

    /// The pairs.
    pub(super) fn pairs(&self) -> &[(Cow<'a, str>, Cow<'a, str>)] {
        &self.0
    }
}

impl From<QueryError> for HttpFailure {
    fn from(error: QueryError) -> Self {
        Self::invalid(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_and_repeats() {
        let params = Params::parse(Some("filter=kind%3Da%2Cb&filter=c+d&term=my%2Bterm&limit=3&x")).unwrap();
        assert_eq!(params.list("filter"), ["kind=a,b", "c d"]);
        assert_eq!(params.one("term").unwrap(), Some("my+term"));
        assert_eq!(params.number("limit").unwrap(), Some(3));
        assert_eq!(params.one("x").unwrap(), Some(""));
        assert_eq!(params.one("y").unwrap(), None);
        let refused = |query: &'static str| Params::parse(Some(query)).unwrap().number("limit").unwrap_err().message;
        assert_eq!(refused("limit=abc"), "Invalid limit, not an integer");
        assert_eq!(refused("limit=-1"), "Invalid limit, must be zero or greater");
        assert_eq!(refused("limit=1&limit=2"), "Invalid limit, expected a single value");
    }
}
