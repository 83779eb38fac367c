//! Small charts: an SVG for the eye and the same numbers as a table for everybody else.

use leptos::prelude::*;

use crate::text;

/// Named numbers.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// What the numbers are.
    pub label: String,
    /// What they are counted in: `deployments`.
    pub unit: String,
    /// A name and a number each.
    pub points: Vec<(String, f64)>,
}

impl Series {
    fn highest(&self) -> f64 {
        self.points.iter().map(|(_, value)| *value).filter(|value| value.is_finite()).fold(0.0, f64::max).max(f64::MIN_POSITIVE)
    }

    /// The numbers for those who cannot see the drawing, and for everybody who unfolds them.
    fn table(&self) -> AnyView {
        let rows: Vec<_> = self
            .points
            .iter()
            .map(|(name, value)| view! { <tr><th scope="row">{name.clone()}</th><td>{plain(*value)}</td></tr> })
            .collect();
        view! {
            <details class="chart-numbers">
                <summary>{text::NUMBERS}</summary>
                <table class="table"><caption class="sr-only">{self.label.clone()}</caption>
                    <thead><tr><th scope="col">{text::PERIOD}</th><th scope="col">{self.unit.clone()}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </details>
        }
        .into_any()
    }
}

fn plain(value: f64) -> String {
    if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

/// A line without axes, for how something has been going.
#[component]
pub fn Sparkline(
    /// The numbers, the oldest first.
    series: Series,
) -> impl IntoView {
    let (highest, steps) = (series.highest(), series.points.len().saturating_sub(1).max(1));
    let points: Vec<String> = series
        .points
        .iter()
        .enumerate()
        .map(|(at, (_, value))| {
            format!("{:.1},{:.1}", 2.0 + at as f64 * 116.0 / steps as f64, 30.0 - value.clamp(0.0, highest) / highest * 28.0)
        })
        .collect();
    let last = series.points.last().map(|(_, value)| plain(*value)).unwrap_or_default();
    view! {
        <figure class="chart">
            <figcaption>{series.label.clone()}" "<span class="muted">{last}" "{series.unit.clone()}</span></figcaption>
            <svg class="sparkline" viewBox="0 0 120 32" preserveAspectRatio="none" aria-hidden="true"><polyline points=points.join(" ")></polyline></svg>
            {series.table()}
        </figure>
    }
}

/// Bars side by side.
#[component]
pub fn Bars(
    /// The numbers, from left to right.
    series: Series,
) -> impl IntoView {
    let highest = series.highest();
    let width = 240.0 / series.points.len().max(1) as f64;
    let bars: Vec<_> = series
        .points
        .iter()
        .enumerate()
        .map(|(at, (name, value))| {
            let height = (value.clamp(0.0, highest) / highest * 60.0).max(1.0);
            view! {
                <rect x=format!("{:.1}", at as f64 * width + 1.0) y=format!("{:.1}", 64.0 - height) width=format!("{:.1}", (width - 2.0).max(1.0))
                    height=format!("{height:.1}") rx="1.5"><title>{format!("{name}: {}", plain(*value))}</title></rect>
            }
        })
        .collect();
    view! {
        <figure class="chart">
            <figcaption>{series.label.clone()}</figcaption>
            <svg class="bars" viewBox="0 0 240 64" aria-hidden="true">{bars}</svg>
            {series.table()}
        </figure>
    }
}

/// Days as squares, seven a column; five steps from nothing to the most.
#[component]
pub fn HeatMap(
    /// A number a day, the oldest first.
    series: Series,
) -> impl IntoView {
    let highest = series.highest();
    let weeks = series.points.len().div_ceil(7).max(1);
    let squares: Vec<_> = series
        .points
        .iter()
        .enumerate()
        .map(|(at, (name, value))| {
            let step = if *value <= 0.0 { 0 } else { (value / highest * 4.0).ceil().clamp(1.0, 4.0) as u8 };
            view! {
                <rect class=format!("heat-{step}") x=(at / 7 * 12).to_string() y=(at % 7 * 12).to_string() width="10" height="10" rx="2">
                    <title>{format!("{name}: {}", plain(*value))}</title>
                </rect>
            }
        })
        .collect();
    view! {
        <figure class="chart">
            <figcaption>{series.label.clone()}</figcaption>
            <svg class="heat-map" viewBox=format!("0 0 {} 82", weeks * 12 - 2) width=(weeks * 12 - 2).to_string() height="82" aria-hidden="true">{squares}</svg>
            {series.table()}
        </figure>
    }
}
