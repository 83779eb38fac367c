//! What the portal is told about people and machines. Every part has a default with which it works.

/// Who may do what.
#[derive(Clone, Debug, Default)]
pub struct AuthorisationConfig {}

/// Sessions, tokens, accounts.
#[derive(Clone, Debug, Default)]
pub struct AccessConfig {}

/// Who signs people in.
#[derive(Clone, Debug, Default)]
pub struct ProvidersConfig {}

/// The audit log.
#[derive(Clone, Debug, Default)]
pub struct AuditConfig {}

/// Notifications.
#[derive(Clone, Debug, Default)]
pub struct NotificationsConfig {}
