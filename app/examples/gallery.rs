//! Draws every page with made-up view models into `target/gallery`, to look at without a server:
//! `cargo run -p app --example gallery`. The pages expect the assets in `target/site`.

#[allow(dead_code, reason = "shared with the tests")]
#[path = "../tests/it/fixtures.rs"]
mod fixtures;

use std::{fs, path::Path};

use app::render;
use model::view::{Frame, Place, Theme};

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/gallery");
    fs::create_dir_all(&folder)?;
    for theme in [Theme::Light, Theme::Dark] {
        for (name, html) in pages(theme) {
            fs::write(folder.join(format!("{name}-{}.html", theme.name())), html)?;
        }
    }
    Ok(())
}

fn pages(theme: Theme) -> Vec<(&'static str, String)> {
    let frame = |place: Place, path: &str| Frame { theme, assets: "../site".to_owned(), ..fixtures::frame(place, path) };
    let outside = || Frame { person: None, ..frame(Place::Elsewhere, "/sign-in") };
    let filtered = "type=service&lifecycle=production&owner=mine&q=pay&sort=-changed";
    vec![
        ("home", render::home(fixtures::flashed(frame(Place::Home, "/")), fixtures::home())),
        ("home-quiet", render::home(frame(Place::Home, "/"), fixtures::quiet_home())),
        ("catalog", render::catalog(frame(Place::Catalog, "/catalog"), fixtures::catalog("", 25))),
        ("catalog-filtered", render::catalog(frame(Place::Catalog, "/catalog"), fixtures::catalog(filtered, 9))),
        ("catalog-none", render::catalog(frame(Place::Catalog, "/catalog"), fixtures::catalog(filtered, 0))),
        ("catalog-empty", render::catalog(frame(Place::Catalog, "/catalog"), fixtures::catalog_without_entities())),
        ("search", render::search(frame(Place::Elsewhere, "/search"), fixtures::search("pay", 9))),
        ("search-none", render::search(frame(Place::Elsewhere, "/search"), fixtures::search("xyzzy", 0))),
        ("sign-in", render::sign_in(outside(), fixtures::sign_in(4))),
        ("sign-in-token", render::sign_in(outside(), fixtures::sign_in(0))),
        ("not-found", render::error(frame(Place::Elsewhere, "/x"), fixtures::not_found())),
        ("broken", render::error(outside(), fixtures::broken())),
        ("design", render::design(frame(Place::Elsewhere, "/design"), fixtures::design())),
    ]
}
