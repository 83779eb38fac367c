//! The hosts on the network, and what each still allows.

use leptos::prelude::*;
use model::{Timestamp, view::HostRow};

use super::coming;
use crate::{
    components::{Badge, DataTable, TableColumn, Time, Tone},
    text::{self, locations as words},
};

pub(super) fn hosts(hosts: Vec<HostRow>, now: Timestamp) -> Option<AnyView> {
    if hosts.is_empty() {
        return None;
    }
    let rows: Vec<_> = hosts.into_iter().map(|host| row(host, now)).collect();
    let columns = vec![
        TableColumn::new(words::HOST).class("medium"),
        TableColumn::new(words::LAST_RESULT).class("wide"),
        TableColumn::new(words::REQUESTS).class("number"),
        TableColumn::new(words::UNCHANGED).class("number"),
        TableColumn::new(words::FAILED).class("number"),
        TableColumn::new(words::BUDGET),
    ];
    let section = view! {
        <section class="section location-hosts" aria-labelledby="hosts">
            <div class="section-head"><h2 class="section-title" id="hosts">{words::HOSTS}</h2><span class="muted small">{words::HOSTS_HINT}</span></div>
            <DataTable label=words::HOSTS columns labelled=true>{rows}</DataTable>
        </section>
    };
    Some(section.into_any())
}

fn row(host: HostRow, now: Timestamp) -> AnyView {
    let tone = if host.is_ok { Tone::Ok } else { Tone::Danger };
    let result = match host.waits_until {
        Some(until) => view! { <Badge text=words::waits(&coming(until, now)) tone=Tone::Warning/> }.into_any(),
        None if host.is_ok => view! { <Badge text=host.last_result.clone() tone/> }.into_any(),
        None => view! { <Badge text=words::CANNOT_READ tone/> }.into_any(),
    };
    let detail = (!host.is_ok).then(|| view! { <span class="cell-text break" dir="auto">{host.last_result.clone()}</span> });
    let at = host.last_at.map(|at| view! { <span class="muted small"><Time at now/></span> });
    let budget = match host.budget {
        Some((budget, remaining)) => {
            let again = host.resets_at.map(|at| view! { <span class="muted small">{coming(at, now)}</span> });
            view! { <span class="location-host">{words::left(remaining, budget)}{again}</span> }.into_any()
        }
        None => view! { <span class="muted">{words::NO_BUDGET}</span> }.into_any(),
    };
    view! {
        <tr>
            <td class="cell-main break"><span dir="ltr">{host.host}</span></td>
            <td data-label=words::LAST_RESULT><span class="location-host">{result}{at}</span>{detail}</td>
            <td class="number" data-label=words::REQUESTS>{text::number(host.requests)}</td>
            <td class="number" data-label=words::UNCHANGED>{text::number(host.unchanged)}</td>
            <td class="number" data-label=words::FAILED>{text::number(host.failed)}</td>
            <td data-label=words::BUDGET>{budget}</td>
        </tr>
    }
    .into_any()
}
