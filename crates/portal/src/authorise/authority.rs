//! The policies and grants in force: what comes with Waymark, what the configuration names, and what the database holds.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use arc_swap::ArcSwap;
use identity::{
    Action,
    policy::{Grant, GrantOrigin, GrantTo, Origin, Policies, PolicyProblem, PolicyText, Slice, Who, built_in},
};
use model::Caller;
use store::{Args, ReadTx, Store, StoreError};

use super::sight::Sights;
use crate::{config::AuthorisationConfig, sql::authority as sql};

/// What decides. Cheap to ask; the change feed keeps it current.
#[derive(Debug)]
pub(crate) struct Authority {
    /// What the process was started with.
    fixed: (Vec<PolicyText>, Vec<Grant>),
    current: ArcSwap<InForce>,
    /// One reload at a time, so that an older one never comes last.
    reloading: tokio::sync::Mutex<()>,
    /// What people see of the catalog who may not see all of it.
    pub(super) sights: Sights,
    /// What was told last, so that the log does not repeat it.
    told: Mutex<Vec<PolicyProblem>>,
}

/// What decides at one moment.
#[derive(Debug)]
struct InForce {
    policies: Arc<Policies>,
    texts: Vec<PolicyText>,
    grants: Vec<Grant>,
    /// What of the database could not be used.
    problems: Vec<PolicyProblem>,
}

/// What the database holds.
#[derive(Debug, Default)]
struct Stored {
    texts: Vec<PolicyText>,
    grants: Vec<Grant>,
}

impl AuthorisationConfig {
    /// What comes with Waymark and what the configuration says.
    fn fixed(&self) -> (Vec<PolicyText>, Vec<Grant>) {
        let texts = built_in().iter().chain(&self.policies).cloned().collect();
        let everybody = |role: &String| Grant { role: role.clone(), to: GrantTo::Everyone, origin: GrantOrigin::DefaultRole };
        let grants = self.default_role.iter().map(everybody).chain(self.grants.iter().cloned()).collect();
        (texts, grants)
    }

    /// What is wrong with the policies of the configuration; such a portal must not start.
    ///
    /// # Errors
    /// A line for each mistake: file, line, column and message.
    pub fn check(&self) -> Result<(), String> {
        let (texts, grants) = self.fixed();
        Policies::compile(&texts, &grants).map(drop).map_err(|problems| {
            let line = |problem: &PolicyProblem| {
                let place = texts.iter().find(|text| text.id == problem.policy).map(|text| match &text.origin {
                    Origin::File(file) => file.clone(),
                    Origin::BuiltIn | Origin::Database { .. } => text.id.clone(),
                });
                let place = place.unwrap_or_else(|| problem.policy.clone());
                format!("{place}:{}:{}: {}", problem.line, problem.column, problem.message)
            };
            problems.iter().map(line).collect::<Vec<_>>().join("\n")
        })
    }
}

impl Authority {
    /// With what the process was started with; [`Self::load`] adds what the database holds. What is wrong with the configuration permits
    /// nothing: [`AuthorisationConfig::check`] is asked before.
    pub(crate) fn new(config: &AuthorisationConfig) -> Self {
        let fixed = config.fixed();
        let (policies, problems) = match Policies::compile(&fixed.0, &fixed.1) {
            Ok(policies) => (policies, Vec::new()),
            Err(problems) => {
                let nothing = Policies::compile(&[], &[]).expect("what comes with Waymark is in order, which a test holds");
                (nothing, problems)
            }
        };
        let current = InForce { policies: Arc::new(policies), texts: fixed.0.clone(), grants: fixed.1.clone(), problems };
        Self {
            fixed,
            current: ArcSwap::from_pointee(current),
            reloading: tokio::sync::Mutex::default(),
            sights: Sights::default(),
            told: Mutex::default(),
        }
    }

    /// The policies that are somebody's for an action.
    pub(super) fn slice(&self, caller: &Caller, action: Action) -> Arc<Slice> {
        self.current.load().policies.slice_of_list(&caller.principal, &caller.groups, action)
    }

    /// What decides now.
    pub(crate) fn policies(&self) -> Arc<Policies> {
        Arc::clone(&self.current.load().policies)
    }

    /// Every text in force.
    pub(crate) fn texts(&self) -> Vec<PolicyText> {
        self.current.load().texts.clone()
    }

    /// Every grant in force, the configuration's included.
    pub(crate) fn grants(&self) -> Vec<Grant> {
        self.current.load().grants.clone()
    }

    /// How many different views of the catalog are kept.
    pub(crate) fn sight_count(&self) -> usize {
        self.sights.count()
    }

    /// What of the database could not be used.
    pub(crate) fn problems(&self) -> Vec<PolicyProblem> {
        self.current.load().problems.clone()
    }

    /// What would decide if the database held these.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn with(&self, texts: Vec<PolicyText>, grants: Vec<Grant>) -> Result<Policies, Vec<PolicyProblem>> {
        let texts: Vec<PolicyText> = self.fixed.0.iter().cloned().chain(texts).collect();
        let grants: Vec<Grant> = self.fixed.1.iter().cloned().chain(grants).collect();
        self.policies().recompile(&texts, &grants)
    }

    /// Those grants of the database that can be used: those that are there to no avail are left out, or nothing could be mended.
    pub(crate) fn usable(&self, grants: impl Iterator<Item = Grant>) -> Vec<Grant> {
        let problems = self.problems();
        let useless: HashSet<&str> = problems.iter().map(|problem| problem.policy.as_str()).collect();
        grants.filter(|grant| useless.is_empty() || !useless.contains(about(grant).as_str())).collect()
    }

    /// Reads what the database holds, with everything else that is read at the start.
    pub(crate) async fn load(&self, tx: &mut ReadTx) -> Result<(), StoreError> {
        let texts: Vec<(String, i64, String)> = tx.fetch_all(&sql::POLICIES_ENABLED, Args::new()).await?;
        let grants: Vec<(String, String)> = tx.fetch_all(&sql::GRANTS, Args::new()).await?;
        self.take(Stored::read(texts, grants)).await;
        Ok(())
    }

    /// Reads it again.
    pub(crate) async fn reload(&self, store: &Store) -> Result<(), StoreError> {
        let _one_at_a_time = self.reloading.lock().await;
        let texts: Vec<(String, i64, String)> = store.fetch_all(&sql::POLICIES_ENABLED, Args::new()).await?;
        let grants: Vec<(String, String)> = store.fetch_all(&sql::GRANTS, Args::new()).await?;
        self.take(Stored::read(texts, grants)).await;
        Ok(())
    }

    /// Puts into force what can be used. Where a text of the database is wrong, the last one that was right stays; of more grants than there
    /// can be, the newest give nothing; the rest comes in.
    async fn take(&self, stored: Stored) {
        let before = self.current.load_full();
        let (fixed_texts, fixed_grants) = self.fixed.clone();
        let made = tokio::task::spawn_blocking(move || {
            let mut texts: Vec<PolicyText> = fixed_texts.into_iter().chain(stored.texts).collect();
            let mut grants: Vec<Grant> = fixed_grants.into_iter().chain(stored.grants).collect();
            let mut told: Vec<PolicyProblem> = Vec::new();
            // Each round takes out at least one text, or ends.
            loop {
                let problems = match before.policies.recompile(&texts, &grants) {
                    Ok(policies) => return Ok(InForce { policies: Arc::new(policies), texts, grants, problems: told }),
                    Err(problems) => problems,
                };
                let is_wrong = |text: &PolicyText| {
                    matches!(text.origin, Origin::Database { .. }) && problems.iter().any(|problem| problem.policy == text.id)
                };
                let wrong: Vec<PolicyText> = texts.extract_if(.., |text| is_wrong(text)).collect();
                // Of a role that a policy defined which is gone, or one more than there can be.
                let all = grants.len();
                let about_what: HashSet<&str> = problems.iter().map(|problem| problem.policy.as_str()).collect();
                grants.retain(|grant| grant.origin != GrantOrigin::Database || !about_what.contains(about(grant).as_str()));
                if wrong.is_empty() && grants.len() == all {
                    told.extend(problems);
                    return Err(InForce {
                        policies: Arc::clone(&before.policies),
                        texts: before.texts.clone(),
                        grants: before.grants.clone(),
                        problems: told,
                    });
                }
                let earlier = |text: &PolicyText| before.texts.iter().find(|known| known.id == text.id && *known != text).cloned();
                texts.extend(wrong.iter().filter(|text| !told.iter().any(|told| told.policy == text.id)).filter_map(earlier));
                told.extend(problems);
            }
        });
        match made.await {
            Ok(Ok(in_force)) => {
                self.tell(&in_force.problems);
                self.current.store(Arc::new(in_force));
            }
            Ok(Err(before)) => {
                self.tell(&before.problems);
                tracing::error!("the policies cannot be put together, those before stay in force");
                self.current.store(Arc::new(before));
            }
            Err(error) => tracing::error!(%error, "the policies cannot be put together, those before stay in force"),
        }
    }

    fn tell(&self, problems: &[PolicyProblem]) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        for problem in problems.iter().filter(|problem| !told.contains(problem)) {
            tracing::error!(
                policy = problem.policy,
                line = problem.line,
                column = problem.column,
                message = problem.message,
                "a policy or grant of the database cannot be used; of a policy, its last version that could be stays in force"
            );
        }
        *told = problems.to_vec();
    }
}

impl Stored {
    fn read(texts: Vec<(String, i64, String)>, grants: Vec<(String, String)>) -> Self {
        let text = |(id, version, text)| PolicyText { id, text, origin: Origin::Database { version } };
        let grant = |(role, to): (String, String)| match to.parse() {
            Ok(to) => Some(Grant { role, to, origin: GrantOrigin::Database }),
            Err(_) => {
                tracing::error!(role, to, "a grant of the database names nobody, it gives nothing");
                None
            }
        };
        Self { texts: texts.into_iter().map(text).collect(), grants: grants.into_iter().filter_map(grant).collect() }
    }
}

/// What problems call a grant.
fn about(grant: &Grant) -> String {
    format!("grant of {} to {}", grant.role, grant.to)
}

/// Who asks, as policies see them.
pub(super) fn who(caller: &Caller) -> Who<'_> {
    Who { principal: &caller.principal, groups: &caller.groups }
}

#[cfg(test)]
mod tests {
    use identity::policy::MOST_GRANTED;
    use model::{EntityRef, Principal};

    use super::*;

    /// However many grants the database holds, the oldest decide, and what a change would lead to can be asked.
    #[tokio::test]
    async fn of_too_many_grants_the_newest_give_nothing() {
        let authority = Authority::new(&AuthorisationConfig { default_role: None, ..AuthorisationConfig::default() });
        let grant = |at: usize| ("developer".to_owned(), format!("user:default/p{at}"));
        authority.take(Stored::read(Vec::new(), (0..MOST_GRANTED / 8 + 1).map(grant).collect())).await;
        let may = |at: usize| {
            let principal = Principal::Person(EntityRef::new("user", "default", format!("p{at}")));
            authority.slice(&Caller { principal, ..Caller::worker() }, Action::LocationWrite).reach() != identity::policy::Reach::Nothing
        };
        assert_eq!((may(0), may(MOST_GRANTED / 8 - 1), may(MOST_GRANTED / 8)), (true, true, false));
        let problems: Vec<String> = authority.problems().into_iter().map(|problem| problem.policy).collect();
        assert_eq!(problems, [format!("grant of developer to user:default/p{}", MOST_GRANTED / 8)]);
        let all = authority.current.load().grants.clone().into_iter();
        let newest = Grant {
            role: "developer".to_owned(),
            to: problems[0].rsplit(' ').next().unwrap().parse().unwrap(),
            origin: GrantOrigin::Database,
        };
        assert_eq!(authority.usable(all.chain([newest])).len(), MOST_GRANTED / 8);
    }
}
