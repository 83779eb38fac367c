//! Logs: lines for people or JSON for machines, on standard error.

use tracing_subscriber::EnvFilter;

use crate::config::{LogConfig, LogFormat};

/// Starts logging. Panics become events too, so that nothing is said outside the log.
///
/// # Errors
/// When the level cannot be read; the configuration has checked it.
pub(crate) fn start(config: &LogConfig) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.level)?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.format {
        LogFormat::Human => lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).with_target(false).init(),
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        let request_id = crate::http::request_id();
        tracing::error!(place, request_id, cause = panic.payload_as_str(), "panic");
    }));
    Ok(())
}
