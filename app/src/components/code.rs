//! Text for machines: code with its copy button, and logs.

use leptos::prelude::*;

use crate::text;

/// Code as written, in a box that scrolls and can be reached by keyboard.
#[component]
pub fn CodeBlock(
    /// The code.
    #[prop(into)]
    code: String,
    /// What it is, for those who cannot see it and for the bar above: `catalog-info.yaml`.
    #[prop(into)]
    label: String,
    /// Links and the copy button, in the bar above.
    #[prop(optional)]
    children: Option<Children>,
    /// Numbers before the lines.
    #[prop(optional)]
    numbered: bool,
) -> impl IntoView {
    let body = if numbered {
        // The numbers are drawn by the style sheet's counter, so that copying takes only the code.
        let lines: Vec<_> = code.lines().map(|line| view! { <span class="line">{format!("{line}\n")}</span> }).collect();
        view! { <code class="numbered">{lines}</code> }.into_any()
    } else {
        view! { <code>{code}</code> }.into_any()
    };
    view! {
        <figure class="code">
            <figcaption><span class="mono" dir="auto">{label.clone()}</span><span class="code-actions">{children.map(|children| children())}</span></figcaption>
            <pre tabindex="0" role="region" aria-label=label>{body}</pre>
        </figure>
    }
}

/// How loud a line of a log is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogLevel {
    /// What happens.
    #[default]
    Info,
    /// What should be looked at.
    Warning,
    /// What failed.
    Error,
}

/// A line of a log.
#[derive(Clone, Debug, Default)]
pub struct LogLine {
    /// When, as shown.
    pub at: String,
    /// How loud.
    pub level: LogLevel,
    /// What it says.
    pub text: String,
}

/// A log, the latest line last. New lines are announced.
#[component]
pub fn LogViewer(
    /// What logs, for those who cannot see it.
    #[prop(into)]
    label: String,
    /// The lines.
    lines: Vec<LogLine>,
) -> impl IntoView {
    let lines: Vec<_> = lines
        .into_iter()
        .map(|line| {
            let (class, word) = match line.level {
                LogLevel::Info => ("log-line", text::LOG_INFO),
                LogLevel::Warning => ("log-line log-warning", text::LOG_WARNING),
                LogLevel::Error => ("log-line log-error", text::LOG_ERROR),
            };
            view! { <div class=class><span class="log-at">{line.at}</span><span class="log-level">{word}</span><span dir="auto">{line.text}</span></div> }
        })
        .collect();
    view! { <div class="log" role="log" aria-label=label tabindex="0">{lines}</div> }
}
