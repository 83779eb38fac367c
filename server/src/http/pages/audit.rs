//! `/admin/audit`: the audit log, its rows, its check and its exports.

use axum::{
    body::Body,
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use model::{
    PortalError,
    view::{AuditFilter, ChainState, Flash, FlashLevel, Place},
};
use portal::{Export, ExportFormat, audit_query};

use crate::http::{access::Signed, failure::HttpFailure, page::PageRequest};

/// The list.
pub(super) async fn page(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let view = request.state.portal.audit().page(&caller, AuditFilter::parse(request.query())).await?;
    Ok(request.page(Place::AdminAudit, |frame| app::render::audit(frame, view)))
}

/// One row.
pub(super) async fn row(Signed(caller): Signed, Path(seq): Path<String>, request: PageRequest) -> Result<Response, HttpFailure> {
    let seq = seq.parse().map_err(|_| PortalError::not_found(format!("The audit log has no row \"{seq}\": rows are numbered.")))?;
    let view = request.state.portal.audit().row_page(&caller, seq).await?;
    Ok(request.page(Place::AdminAudit, |frame| app::render::audit_row(frame, view)))
}

/// Checks the whole log, and says on the list what it found.
pub(super) async fn verify(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    let flash = match request.state.portal.audit().verify(&caller).await? {
        None => Flash { level: FlashLevel::Ok, text: "The log is long and still being checked. Look again in a minute.".to_owned() },
        Some(chain) => match chain.state {
            ChainState::Intact => Flash { level: FlashLevel::Ok, text: "The audit log is intact.".to_owned() },
            ChainState::Broken => Flash { level: FlashLevel::Danger, text: "The audit log is not intact.".to_owned() },
            ChainState::Unknown => {
                Flash { level: FlashLevel::Danger, text: "It cannot be told whether the audit log is intact.".to_owned() }
            }
        },
    };
    Ok(PageRequest::redirect("/admin/audit", [request.state.site.jar().flash(&flash)]))
}

/// Everything that the filters let through, as CSV.
pub(super) async fn csv(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    export(&caller, &request, ExportFormat::Csv).await
}

/// The same as a JSON object a line.
pub(super) async fn json_lines(Signed(caller): Signed, request: PageRequest) -> Result<Response, HttpFailure> {
    export(&caller, &request, ExportFormat::JsonLines).await
}

async fn export(caller: &model::Caller, request: &PageRequest, format: ExportFormat) -> Result<Response, HttpFailure> {
    let query = audit_query(&AuditFilter::parse(request.query()));
    let export = request.state.portal.audit().export(caller, query, format).await?;
    Ok(download(export, format))
}

/// An export as an answer that is written as it is read from the database.
pub(in crate::http) fn download(export: Export, format: ExportFormat) -> Response {
    let (kind, disposition) = match format {
        ExportFormat::Csv => ("text/csv; charset=utf-8; header=present", "attachment; filename=\"audit.csv\""),
        ExportFormat::JsonLines => ("application/jsonl", "attachment; filename=\"audit.jsonl\""),
    };
    // What fails in the middle cuts the answer off, so that nobody takes half of it for all.
    let pieces = futures_util::stream::try_unfold(export, async |mut export| {
        let piece = export.next().await.map_err(std::io::Error::other)?;
        Ok::<_, std::io::Error>(piece.map(|piece| (piece, export)))
    });
    let headers =
        [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition))];
    (headers, Body::from_stream(pieces)).into_response()
}
