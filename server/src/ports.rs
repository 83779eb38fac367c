//! The islands' ports, on the portal.

use axum::http::header::SET_COOKIE;
use frontend::{
    PaletteHit, YamlMistake,
    ports::{Caller, PortFuture, PortalPorts},
};
use leptos::context::use_context;
use leptos_axum::ResponseOptions;
use model::{EntityRef, view::SearchHit};
use portal::Portal;

use crate::http::SeqCookie;

/// Hits that the palette shows, at most.
const HITS: usize = 12;

/// The portal as server functions see it.
#[derive(Clone, Debug)]
pub(crate) struct PortalAdapter {
    portal: Portal,
    cookie: SeqCookie,
}

impl PortalAdapter {
    /// The portal, and how it leaves the sequence of a write with the browser.
    pub(crate) fn new(portal: Portal, cookie: SeqCookie) -> Self {
        Self { portal, cookie }
    }
}

impl PortalPorts for PortalAdapter {
    fn star(&self, caller: Caller, entity: EntityRef, starred: bool) -> PortFuture<()> {
        let (portal, cookie) = (self.portal.clone(), self.cookie);
        // The context belongs to the call and is gone inside the future.
        let response = use_context::<ResponseOptions>();
        Box::pin(async move {
            let seq = portal.home().star(&caller, &entity, starred).await?;
            if let Some(response) = response {
                response.append_header(SET_COOKIE, cookie.header(seq));
            }
            Ok(())
        })
    }

    fn complete(&self, caller: Caller, text: String) -> PortFuture<Vec<PaletteHit>> {
        let portal = self.portal.clone();
        Box::pin(async move {
            let found = portal.catalog().search(&caller, &text, HITS).await?;
            Ok(found.hits.into_iter().map(hit).collect())
        })
    }

    fn check(&self, caller: Caller, text: String) -> PortFuture<Vec<YamlMistake>> {
        let portal = self.portal.clone();
        Box::pin(async move {
            let found = portal.catalog().check_yaml(&caller, &text).await?;
            let mistake = |found: model::view::YamlProblem| YamlMistake {
                place: app::text::edit::at_line(found.line, found.column),
                message: found.message,
                help: found.help,
            };
            Ok(found.into_iter().map(mistake).collect())
        })
    }
}

fn hit(found: SearchHit) -> PaletteHit {
    let entity = found.entity;
    PaletteHit {
        href: entity.entity_ref.href(),
        entity_ref: entity.entity_ref.to_string(),
        title: entity.title,
        kind: entity.kind,
        spec_type: entity.spec_type,
        owner: found.owner,
    }
}
