//! What only the running Backstage knows: locations that people registered, those that its providers found, and stars.

use serde_json::Value;

use super::super::client::Client;

/// What was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Type and target of each location in the database.
    pub(super) registered: Vec<(String, String)>,
    /// Type and target of each origin that entities name.
    pub(super) origins: Vec<(String, String)>,
    /// The entities that the token's person starred, or why they cannot be had.
    pub(super) stars: Result<Vec<String>, String>,
}

/// Where entities say through which location they came.
const ORIGIN: &str = "metadata.annotations.backstage.io/managed-by-origin-location";
/// Where Backstage's user-settings plugin keeps stars: each person's own, by the token (`DefaultStarredEntitiesApi`).
const STARS: &str = "api/user-settings/buckets/starredEntities/keys/entityRefs";

/// Reads all of it.
///
/// # Errors
/// When the locations or entities cannot be read. Stars may be missing.
pub(super) async fn read(client: &Client) -> anyhow::Result<Found> {
    let locations = client.get("api/catalog/locations", &[]).await?;
    let locations = locations.ok_or_else(|| anyhow::anyhow!("{} has no /api/catalog/locations; is it a Backstage?", client.address()))?;
    let text = |value: &Value, key: &str| value[key].as_str().map(str::to_owned);
    let registered =
        locations.as_array().into_iter().flatten().filter_map(|one| Some((text(&one["data"], "type")?, text(&one["data"], "target")?)));
    let facets = client.get("api/catalog/entity-facets", &[("facet", ORIGIN)]).await?.unwrap_or_default();
    let values = facets["facets"][ORIGIN].as_array().into_iter().flatten().filter_map(|one| text(one, "value"));
    let origins = values.filter_map(|value| value.split_once(':').map(|(kind, target)| (kind.to_owned(), target.to_owned())));
    let stars = match client.get(STARS, &[]).await {
        Ok(Some(answer)) => {
            Ok(answer["value"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<Vec<_>>())
        }
        Ok(None) => {
            Err("it has none for this token; without the user-settings backend, stars are kept in each person's browser".to_owned())
        }
        Err(error) => Err(format!("{error:#}; stars are each person's own, so it takes a person's token")),
    };
    Ok(Found { registered: registered.collect(), origins: origins.collect(), stars })
}
