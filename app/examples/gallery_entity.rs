//! Draws entity pages with made-up view models into `target/gallery`, as the example `gallery` does for the others:
//! `cargo run -p app --example gallery_entity`.

#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/it/entity_fixtures.rs"]
mod entity_fixtures;
#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/it/fixtures.rs"]
mod fixtures;
#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/it/truth_fixtures.rs"]
mod truth_fixtures;

use std::{fs, path::Path};

use app::render;
use entity_fixtures as pages;
use model::view::{EntityTab, EntityView, Frame, Place, Theme};

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/gallery");
    fs::create_dir_all(&folder)?;
    for theme in [Theme::Light, Theme::Dark] {
        for (name, view) in views() {
            let frame = Frame { theme, assets: "../site".to_owned(), ..fixtures::frame(Place::Catalog, "/catalog") };
            fs::write(folder.join(format!("entity-{name}-{}.html", theme.name())), render::entity(frame, view))?;
        }
    }
    Ok(())
}

fn views() -> Vec<(&'static str, EntityView)> {
    vec![
        ("service", pages::service(EntityTab::Overview)),
        ("dependencies", pages::service(EntityTab::Dependencies)),
        ("crowded", pages::crowded()),
        ("source", pages::service(EntityTab::Source)),
        ("definition", pages::openapi()),
        ("bare", pages::bare()),
        ("long", pages::long(EntityTab::Overview)),
        ("group", pages::group()),
    ]
}
