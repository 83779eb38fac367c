//! The way in: a view model becomes the whole document.
//!
//! Rendering is synchronous and whole: a page has everything it shows in its view model, so nothing streams and nothing
//! waits. Islands get the reactive owner that they need on the server; everything else is plain HTML.

use std::sync::Arc;

use hydration_context::SsrSharedContext;
use leptos::{nonce::Nonce, prelude::*};
use model::view::{
    AnnouncementsView, AppearanceView, AuditRowView, AuditView, BrandingView, CatalogView, ChangesView, CompareView, DeletePolicyView,
    DeleteView, DeliveriesView, DesignView, EditView, EntityView, ErrorView, ExploreView, Frame, GrantPageView, HomeView, InboxView,
    LocationView, LocationsView, NewAccountView, NewEntityView, NewTokenView, NotLetInView, NotYoursView, NotificationSettingsView,
    OwnTokensView, PeopleView, PersonView, PoliciesView, PolicyHistoryView, PolicyView, ProblemsView, ProfileView, ProvidersView,
    RegisterView, RestView, RolesView, SaveViewForm, SavedViewsView, SearchView, ServiceAccountForm, ServiceAccountView,
    ServiceAccountsView, SessionsView, SetupView, SignInView, StarredView, SystemView, TokensView, UnregisterView, WhyView,
};

use crate::{
    components::{KindIcons, Width, shell},
    pages, text,
};

/// Renders `content` inside the frame.
fn document<V: IntoView + 'static>(frame: &Frame, title: &str, width: Width, content: impl FnOnce(&Frame) -> V) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| {
        provide_context(Nonce::from_value(frame.nonce.clone()));
        provide_context(KindIcons(Arc::clone(&frame.kind_icons)));
        shell(frame, title, width, content(frame).into_any()).into_any().to_html()
    });
    owner.unset_with_forced_cleanup();
    html
}

/// The first page after signing in.
pub fn home(frame: Frame, view: HomeView) -> String {
    document(&frame, text::HOME, Width::List, |_| pages::home::home(view))
}

/// The catalog's list.
pub fn catalog(frame: Frame, view: CatalogView) -> String {
    let title = pages::catalog::heading(&view);
    document(&frame, &title, Width::List, |_| pages::catalog::catalog(view))
}

/// One entity's page.
pub fn entity(frame: Frame, view: EntityView) -> String {
    let title = view.header.entity.title.clone();
    document(&frame, &title, Width::List, |frame| pages::entity::entity(frame, view))
}

/// What changed in the catalog.
pub fn changes(frame: Frame, view: ChangesView) -> String {
    let title = pages::changes::heading(&view);
    document(&frame, &title, Width::List, |_| pages::changes::changes(view))
}

/// What is wrong in the catalog.
pub fn problems(frame: Frame, view: ProblemsView) -> String {
    document(&frame, text::problems::TITLE, Width::List, |_| pages::problems::problems(view))
}

/// Where the catalog is read from.
pub fn locations(frame: Frame, view: LocationsView) -> String {
    document(&frame, text::locations::TITLE, Width::List, |_| pages::locations::locations(view))
}

/// One location.
pub fn location(frame: Frame, view: LocationView) -> String {
    let title = view.row.target.clone();
    document(&frame, &title, Width::List, |_| pages::locations::location(view))
}

/// The question before a location is unregistered.
pub fn unregister(frame: Frame, view: UnregisterView) -> String {
    let title = text::locations::unregister_question(&view.target);
    document(&frame, &title, Width::Reading, |_| pages::locations::unregister(view))
}

/// The steps in which something is registered.
pub fn register(frame: Frame, view: RegisterView) -> String {
    document(&frame, text::register::TITLE, Width::Reading, |_| pages::register::register(view))
}

/// An entity being edited.
pub fn edit(frame: Frame, view: EditView) -> String {
    let title = pages::edit::heading(&view);
    document(&frame, &title, Width::Reading, |_| pages::edit::edit(view))
}

/// Why an entity cannot be edited, and who may.
pub fn not_yours(frame: Frame, view: NotYoursView) -> String {
    let title = text::edit::not_yours(&view.entity.title);
    document(&frame, &title, Width::Reading, |_| pages::edit::not_yours(view))
}

/// The question before an entity is deleted.
pub fn delete_entity(frame: Frame, view: DeleteView) -> String {
    let title = text::edit::delete(&view.entity.title);
    document(&frame, &title, Width::Reading, |_| pages::edit::delete(view))
}

/// A new entity.
pub fn new_entity(frame: Frame, view: NewEntityView) -> String {
    document(&frame, text::edit::NEW_TITLE, Width::Reading, |_| pages::edit::new_entity(view))
}

/// What was found.
pub fn search(frame: Frame, view: SearchView) -> String {
    let title = if view.text.is_empty() { text::SEARCH_HEADING.to_owned() } else { format!("{} · {}", view.text, text::SEARCH_HEADING) };
    document(&frame, &title, Width::Reading, |_| pages::search::search(view))
}

/// The sign-in page.
pub fn sign_in(frame: Frame, view: SignInView) -> String {
    document(&frame, text::SIGN_IN, Width::Alone, |frame| pages::sign_in::sign_in(frame, view))
}

/// Somebody whom a provider sent back, and who was not let in.
pub fn not_let_in(frame: Frame, view: NotLetInView) -> String {
    let title = view.title.clone();
    document(&frame, &title, Width::Alone, |_| pages::not_let_in::not_let_in(view))
}

/// The page on which somebody chooses a password, once.
pub fn setup(frame: Frame, view: SetupView) -> String {
    document(&frame, text::access::SETUP, Width::Alone, |frame| pages::setup::setup(frame, view))
}

/// What went wrong, and where to go next. Without a person in the frame it stands alone.
pub fn error(frame: Frame, view: ErrorView) -> String {
    let title = view.title.clone();
    let width = if frame.person.is_some() { Width::Reading } else { Width::Alone };
    document(&frame, &title, width, |_| pages::error::error(view))
}

/// Every piece in every state.
pub fn design(frame: Frame, view: DesignView) -> String {
    document(&frame, text::DESIGN, Width::List, |_| pages::design::design(view))
}

/// The graph explorer.
pub fn explore(frame: Frame, view: ExploreView) -> String {
    let title = format!("{} · {}", pages::explore::heading(&view), text::explore::GRAPH);
    document(&frame, &title, Width::List, |_| pages::explore::explore(view))
}

/// What the person starred.
pub fn starred(frame: Frame, view: StarredView) -> String {
    document(&frame, text::views::STARRED, Width::List, |frame| pages::starred::starred(frame, view))
}

/// The saved views.
pub fn views(frame: Frame, view: SavedViewsView) -> String {
    document(&frame, text::views::SAVED_VIEWS, Width::List, |frame| pages::views::views(frame, view))
}

/// The form of a saved view that came back.
pub fn save_view(frame: Frame, form: SaveViewForm) -> String {
    document(&frame, text::views::SAVE_HEADING, Width::Reading, |_| pages::views::save_page(form))
}

/// Two entities side by side.
pub fn compare(frame: Frame, view: CompareView) -> String {
    let title = pages::compare::heading(&view);
    document(&frame, &title, Width::List, |_| pages::compare::compare(view))
}

/// The portal's own REST.
pub fn rest(frame: Frame, view: RestView) -> String {
    document(&frame, text::rest::TITLE, Width::List, |_| pages::rest::rest(view))
}

/// What was done, by whom.
pub fn audit(frame: Frame, view: AuditView) -> String {
    document(&frame, text::audit::TITLE, Width::List, |_| pages::admin::audit::audit(view))
}

/// One row of the audit log.
pub fn audit_row(frame: Frame, view: AuditRowView) -> String {
    let title = format!("{} · {}", text::audit::row(view.row.seq), text::audit::TITLE);
    document(&frame, &title, Width::Reading, |_| pages::admin::audit::audit_row(view))
}

/// Everybody who can sign in, or did.
pub fn people(frame: Frame, view: PeopleView) -> String {
    document(&frame, text::admin::PEOPLE, Width::List, |_| pages::admin::people::people(view))
}

/// One person, as administrators see them.
pub fn person(frame: Frame, view: PersonView) -> String {
    let title = format!("{} · {}", view.row.person.title, text::admin::PEOPLE);
    document(&frame, &title, Width::List, |_| pages::admin::person::person(view))
}

/// A new local account, or the link of one that was just made.
pub fn new_account(frame: Frame, view: NewAccountView) -> String {
    document(&frame, text::admin::NEW_ACCOUNT, Width::Reading, |_| pages::admin::people::new_account(view))
}

/// The roles.
pub fn roles(frame: Frame, view: RolesView) -> String {
    document(&frame, text::admin::ROLES, Width::List, |_| pages::admin::roles::roles(view))
}

/// The form that gives a role.
pub fn grant(frame: Frame, view: GrantPageView) -> String {
    document(&frame, text::admin::GRANT_TITLE, Width::Reading, |_| pages::admin::roles::grant(view))
}

/// The service accounts.
pub fn service_accounts(frame: Frame, view: ServiceAccountsView) -> String {
    document(&frame, text::admin::SERVICE_ACCOUNTS, Width::List, |_| pages::admin::service_accounts::service_accounts(view))
}

/// One service account.
pub fn service_account(frame: Frame, view: ServiceAccountView) -> String {
    let title = format!("{} · {}", view.row.name, text::admin::SERVICE_ACCOUNTS);
    document(&frame, &title, Width::List, |_| pages::admin::service_accounts::service_account(view))
}

/// The form that makes a service account.
pub fn new_service_account(frame: Frame, form: ServiceAccountForm) -> String {
    document(&frame, text::admin::NEW_SERVICE_ACCOUNT, Width::Reading, |_| pages::admin::service_accounts::new_service_account(form))
}

/// All tokens of the installation.
pub fn all_tokens(frame: Frame, view: TokensView) -> String {
    document(&frame, text::admin::ALL_TOKENS, Width::List, |_| pages::admin::tokens::tokens(view))
}

/// Who one is here.
pub fn profile(frame: Frame, view: ProfileView) -> String {
    document(&frame, text::settings::PROFILE, Width::List, |_| pages::settings::profile(view))
}

/// Settings, for those who have none.
pub fn only_people(frame: Frame) -> String {
    document(&frame, text::settings::TITLE, Width::Reading, |_| pages::settings::only_people())
}

/// One's sessions.
pub fn sessions(frame: Frame, view: SessionsView) -> String {
    document(&frame, text::settings::SESSIONS, Width::List, |_| pages::settings::sessions(view))
}

/// One's tokens.
pub fn own_tokens(frame: Frame, view: OwnTokensView) -> String {
    document(&frame, text::settings::TOKENS, Width::List, |_| pages::settings::own_tokens(view))
}

/// The form that makes a token.
pub fn new_token(frame: Frame, view: NewTokenView) -> String {
    document(&frame, text::settings::NEW_TOKEN, Width::Reading, |_| pages::settings::new_token(view))
}

/// How the portal looks and listens.
pub fn appearance(frame: Frame, view: AppearanceView) -> String {
    document(&frame, text::settings::APPEARANCE, Width::List, |frame| pages::settings::appearance(frame, view))
}

/// The policies.
pub fn policies(frame: Frame, view: PoliciesView) -> String {
    document(&frame, text::policies::TITLE, Width::List, |_| pages::admin::policies::policies(view))
}

/// One policy.
pub fn policy(frame: Frame, view: PolicyView) -> String {
    let title = format!("{} · {}", pages::admin::policies::heading(&view), text::policies::TITLE);
    document(&frame, &title, Width::Reading, |_| pages::admin::policies::policy(view))
}

/// The history of a policy.
pub fn policy_history(frame: Frame, view: PolicyHistoryView) -> String {
    let title = text::policies::history_of(&view.name);
    document(&frame, &title, Width::Reading, |_| pages::admin::policies::history(view))
}

/// The question before a policy is deleted.
pub fn delete_policy(frame: Frame, view: DeletePolicyView) -> String {
    let title = text::policies::delete_question(&view.name);
    document(&frame, &title, Width::Reading, |_| pages::admin::policies::delete(view))
}

/// Why somebody may or may not do something.
pub fn why(frame: Frame, view: WhyView) -> String {
    document(&frame, text::policies::WHY, Width::Reading, |_| pages::why::why(view))
}

/// Who signs people in.
pub fn providers(frame: Frame, view: ProvidersView) -> String {
    document(&frame, text::providers::TITLE, Width::List, |_| pages::admin::providers::providers(view))
}

/// What runs.
pub fn system(frame: Frame, view: SystemView) -> String {
    document(&frame, text::system::TITLE, Width::List, |_| pages::admin::system::system(view))
}

/// The announcements.
pub fn announcements(frame: Frame, view: AnnouncementsView) -> String {
    document(&frame, text::announcements::TITLE, Width::List, |_| pages::admin::announcements::announcements(view))
}

/// How the organisation is named and shown.
pub fn branding(frame: Frame, view: BrandingView) -> String {
    document(&frame, text::announcements::BRANDING, Width::Reading, |_| pages::admin::announcements::branding(view))
}

/// The inbox.
pub fn inbox(frame: Frame, view: InboxView) -> String {
    document(&frame, text::notifications::TITLE, Width::List, |_| pages::notifications::inbox(view))
}

/// What the person chooses about notifications.
pub fn notification_settings(frame: Frame, view: NotificationSettingsView) -> String {
    document(&frame, text::notifications::SETTINGS_TITLE, Width::List, |_| pages::notifications::settings(view))
}

/// What leaves the portal.
pub fn deliveries(frame: Frame, view: DeliveriesView) -> String {
    document(&frame, text::notifications::DELIVERIES, Width::List, |_| pages::notifications::deliveries(view))
}
