//! What things are, how they hang together and how they went.

use leptos::prelude::*;
use model::{Timestamp, view::DesignView};

use super::piece;
use crate::components::{
    Badge, Bars, Breadcrumbs, CodeBlock, Crumb, DataTable, Diff, DiffLine, EntityLinkView, Glyph, HeatMap, KeyValue, KeyValueRow, LogLevel,
    LogLine, LogViewer, Pager, QuickCard, Series, SortState, Sparkline, Stat, TableColumn, Time, Timeline, TimelineItem, Tone, Tree,
    TreeNode,
};

/// The page shows no real past, so its clock stands still: 2026-01-05T12:00:00Z.
const NOW: Timestamp = Timestamp(1_767_614_400_000_000);

const fn ago(minutes: i64) -> Timestamp {
    Timestamp(NOW.0 - minutes * 60_000_000)
}

pub(super) fn data(view: DesignView) -> AnyView {
    let samples = view.samples;
    let links: Vec<_> = samples.iter().cloned().map(|link| view! { <EntityLinkView link/> }).collect();
    let missing = samples.first().cloned().map(|link| view! { <EntityLinkView link=model::view::EntityLink { exists: false, ..link }/> });
    let card = samples.first().cloned().map(|link| view! { <QuickCard link/> });
    let rows: Vec<_> = samples
        .into_iter()
        .map(|link| {
            view! {
                <tr>
                    <td class="cell-main"><EntityLinkView link=link.clone()/><span class="cell-text clamp-1" dir="auto">{link.description}</span></td>
                    <td data-label="Kind">{link.kind}</td>
                    <td data-label="State"><Badge text="healthy" tone=Tone::Ok/></td>
                    <td data-label="Changed"><Time at=ago(200) now=NOW/></td>
                </tr>
            }
        })
        .collect();
    let columns = vec![
        TableColumn::new("Name").class("wide").sort("#data".to_owned(), SortState::Ascending),
        TableColumn::new("Kind"),
        TableColumn::new("State"),
        TableColumn::new("Changed").sort("#data".to_owned(), SortState::None),
    ];
    view! {
        {piece("Entity link", view! { <div class="design-row">{links}{missing}</div> })}
        {piece("Quick card", card)}
        {piece("Table", view! { <div class="design-wide"><DataTable label="Samples" columns>{rows}</DataTable><Pager page=2 size=25 total=1204 href=Box::new(|page| format!("#page-{page}"))/></div> })}
        {piece("Breadcrumbs", view! {
            <Breadcrumbs crumbs=vec![
                Crumb { text: "Payments".to_owned(), href: Some("#data".to_owned()) },
                Crumb { text: "checkout".to_owned(), href: Some("#data".to_owned()) },
            ]/>
        })}
        {piece("Key-value list", view! {
            <div class="design-form"><KeyValue>
                <KeyValueRow label="Owner">"Payments"</KeyValueRow>
                <KeyValueRow label="Lifecycle">"production"</KeyValueRow>
                <KeyValueRow label="On call"><span class="muted">"Not connected"</span></KeyValueRow>
            </KeyValue></div>
        })}
        {piece("Stat", view! {
            <div class="stats">
                <Stat label="Components" value="1,204" href="/catalog"/>
                <Stat label="With an owner" value="98 %" note="24 have none"/>
                <Stat label="Lead time" value="3.4 h"/>
            </div>
        })}
        {piece("Sparkline, bars, heat map", view! {
            <div class="design-row">
                <Sparkline series=series("Deployments", 14)/>
                <Bars series=series("Builds", 24)/>
                <HeatMap series=series("Changes", 105)/>
            </div>
        })}
        {piece("Timeline", view! {
            <div class="design-form"><Timeline>
                <TimelineItem at=ago(4) now=NOW glyph=Glyph::Deploy tone=Tone::Ok>"Version 1.24.0 runs in production"</TimelineItem>
                <TimelineItem at=ago(90) now=NOW glyph=Glyph::Edit>"Owner changed to Payments"</TimelineItem>
                <TimelineItem at=ago(4000) now=NOW glyph=Glyph::Danger tone=Tone::Danger>"Version 1.23.0 was rolled back"</TimelineItem>
            </Timeline></div>
        })}
        {piece("Tree", view! { <Tree label="Groups" nodes=vec![tree()]/> })}
        {piece("Code", view! { <div class="design-wide"><CodeBlock code=CODE label="catalog-info.yaml" numbered=true/></div> })}
        {piece("Diff", view! {
            <div class="design-wide"><Diff label="Changes of catalog-info.yaml" lines=vec![
                DiffLine::Same("spec:".to_owned()),
                DiffLine::Removed("  owner: group:nobody".to_owned()),
                DiffLine::Added("  owner: group:payments".to_owned()),
                DiffLine::Same("  lifecycle: production".to_owned()),
            ]/></div>
        })}
        {piece("Log", view! {
            <div class="design-wide"><LogViewer label="Deployment" lines=vec![
                line("12:00:01", LogLevel::Info, "Pulling payment-service:1.24.0"),
                line("12:00:07", LogLevel::Warning, "Readiness probe answered 503, trying again"),
                line("12:00:31", LogLevel::Error, "Gave up after 5 tries; the old version stays"),
            ]/></div>
        })}
    }
    .into_any()
}

const CODE: &str = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: payment-service\nspec:\n  type: service\n  owner: group:payments\n";

fn line(at: &str, level: LogLevel, text: &str) -> LogLine {
    LogLine { at: at.to_owned(), level, text: text.to_owned() }
}

fn series(label: &str, days: usize) -> Series {
    let points = (0..days).map(|day| (format!("Day {}", day + 1), ((day * 37 + day * day * 11) % 23) as f64)).collect();
    Series { label: label.to_owned(), unit: "a day".to_owned(), points }
}

fn tree() -> TreeNode {
    let leaf = |text: &str, current: bool| TreeNode {
        text: text.to_owned(),
        href: Some("#data".to_owned()),
        current,
        open: false,
        children: Vec::new(),
    };
    let payments = TreeNode { children: vec![leaf("Acquiring", false), leaf("Wallets", true)], open: true, ..leaf("Payments", false) };
    TreeNode { children: vec![payments, leaf("Risk", false)], open: true, ..leaf("Engineering", false) }
}
