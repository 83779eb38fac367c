//! The policies that can matter when somebody does something, and what they decide.

use std::{cell::OnceCell, sync::Arc};

use rustc_hash::FxHashMap;

use super::{
    condition::{Condition, Question},
    facts::Resource,
    mentions::{self, Mentions, Signature},
    needs::ByNeed,
    standing::{Asker, Standing, key_of},
    statement::{Effect, PolicyRef, ResourceScope, Statement},
};
use crate::Action;

/// The policies that can matter when somebody does something. What they are about and their conditions are still to be looked at.
#[derive(Debug)]
pub struct Slice {
    standing: Arc<Standing>,
    action: Action,
    root: bool,
    permits: Side,
    forbids: Side,
    mentions: Mentions,
    key: u64,
}

/// Which resources a slice allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// All of them, whatever they are.
    All,
    /// None of them.
    Nothing,
    /// It depends on the resource: [`Slice::permits`] says which.
    Depends,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether it may be done.
    pub allowed: bool,
    /// The ids of the policies that decided: those that forbid it, else those that permit it. Empty when nothing permits it, and when
    /// it is allowed without policies.
    pub determining: Vec<String>,
}

/// Policies of one effect.
#[derive(Debug, Default)]
struct Side {
    /// They hold for every resource.
    always: Vec<Arc<PolicyRef>>,
    /// They hold for every resource that fulfils a condition.
    conditional: Vec<(Arc<Condition>, Vec<Arc<PolicyRef>>)>,
    /// Places in `conditional`.
    by_need: ByNeed,
    /// They are about one resource, or what is in it.
    named: FxHashMap<Box<str>, Vec<Named>>,
}

#[derive(Debug)]
struct Named {
    info: Arc<PolicyRef>,
    inside: bool,
    condition: Option<Arc<Condition>>,
}

/// A resource about which several conditions are asked.
struct Case<'a> {
    slice: &'a Slice,
    resource: &'a Resource<'a>,
    question: OnceCell<Question>,
}

impl Slice {
    /// Those of the statements about somebody that are about this action.
    pub(super) fn new(standing: &Arc<Standing>, action: Action, statements: &[Arc<Statement>]) -> Self {
        let (mut permits, mut forbids) = (Side::default(), Side::default());
        let about: Vec<&Statement> = statements.iter().map(|statement| &**statement).filter(|one| one.is_about(action)).collect();
        for statement in &about {
            let side = match statement.info.effect {
                Effect::Permit => &mut permits,
                Effect::Forbid => &mut forbids,
            };
            side.add(statement);
        }
        let mut mentions = mentions::all(about.iter().filter_map(|statement| statement.condition.as_ref()));
        permits.named.keys().chain(forbids.named.keys()).for_each(|id| mentions.add_resource(id));
        let root = matches!(standing.principal, Asker::Root);
        // Who asks matters only if a condition asks who asks; what the policies say always does.
        let asker = mentions.asks_who().then_some(standing.key);
        let content: Vec<_> =
            about.iter().map(|one| (one.info.effect, &one.resource, one.condition.as_ref().map(|condition| &condition.key))).collect();
        let key = (key_of(&(root, action, asker, content)) >> 64) as u64;
        Self { standing: Arc::clone(standing), action, root, permits, forbids, mentions, key }
    }

    /// Tells slices apart that can decide differently about the same resource: as long as the resources stay the same, what was worked
    /// out with one slice holds for every other of the same key, also after policies and grants changed. Not the same in another process.
    pub fn key(&self) -> u64 {
        self.key
    }

    /// The action that it is about.
    pub fn action(&self) -> Action {
        self.action
    }

    /// Which resources it allows, as far as that can be said without looking at one.
    pub fn reach(&self) -> Reach {
        if self.root {
            Reach::All
        } else if self.permits.is_empty() || !self.forbids.always.is_empty() {
            Reach::Nothing
        } else if !self.permits.always.is_empty() && self.forbids.is_empty() {
            Reach::All
        } else {
            Reach::Depends
        }
    }

    /// What its policies ask about a resource. The rest can be left out of the facts.
    pub fn mentions(&self) -> &Mentions {
        &self.mentions
    }

    /// What its policies can tell this resource by: resources of the same signature are decided alike.
    pub fn signature(&self, resource: &Resource<'_>) -> Signature {
        let mut bytes = Vec::with_capacity(64);
        self.mentions.sign(&self.standing, resource, &mut bytes);
        Signature::new(&bytes)
    }

    /// Whether it may be done to the resource. A resource of another kind than the action's is never allowed.
    pub fn permits(&self, resource: &Resource<'_>) -> bool {
        if self.root {
            return true;
        }
        let case = Case::new(self, resource);
        case.fits() && !self.forbids.some(&case) && self.permits.some(&case)
    }

    /// As [`Self::permits`], with the policies that decided.
    pub fn allows(&self, resource: &Resource<'_>) -> Decision {
        if self.root {
            return Decision { allowed: true, determining: Vec::new() };
        }
        let case = Case::new(self, resource);
        if !case.fits() {
            return Decision { allowed: false, determining: Vec::new() };
        }
        let forbidding = self.forbids.all(&case);
        let allowed = forbidding.is_empty();
        let deciding = if allowed { self.permits.all(&case) } else { forbidding };
        let mut determining: Vec<String> = deciding.into_iter().map(|info| info.id.clone()).collect();
        determining.sort_unstable();
        determining.dedup();
        Decision { allowed: allowed && !determining.is_empty(), determining }
    }

    /// For deciding about many resources one after the other: those that the policies cannot tell apart are decided once.
    pub fn sweep(&self) -> Sweep<'_> {
        Sweep { slice: self, decided: FxHashMap::default(), held: FxHashMap::default(), bytes: Vec::new() }
    }
}

/// Decides about many resources; see [`Slice::sweep`].
#[derive(Debug)]
pub struct Sweep<'a> {
    slice: &'a Slice,
    decided: FxHashMap<Box<[u8]>, bool>,
    /// What conditions were found to be, by their address and what they can tell resources by.
    held: FxHashMap<(usize, Box<[u8]>), bool>,
    bytes: Vec<u8>,
}

impl Sweep<'_> {
    /// As [`Slice::permits`].
    pub fn permits(&mut self, resource: &Resource<'_>) -> bool {
        match self.slice.reach() {
            Reach::All => return self.slice.root || resource.kind() == self.slice.action.resource(),
            Reach::Nothing => return false,
            Reach::Depends => {}
        }
        if resource.kind() != self.slice.action.resource() {
            return false;
        }
        self.bytes.clear();
        self.slice.mentions.sign(&self.slice.standing, resource, &mut self.bytes);
        if let Some(decided) = self.decided.get(self.bytes.as_slice()) {
            return *decided;
        }
        let key: Box<[u8]> = self.bytes.as_slice().into();
        let case = Case::new(self.slice, resource);
        let decided = !self.some(&self.slice.forbids, &case) && self.some(&self.slice.permits, &case);
        self.decided.insert(key, decided);
        decided
    }

    fn some(&mut self, side: &Side, case: &Case<'_>) -> bool {
        let slice = self.slice;
        if !side.always.is_empty() {
            return true;
        }
        let mut unconditional = side.named(case.resource).filter(|named| named.condition.is_none());
        if unconditional.next().is_some() {
            return true;
        }
        let named = side.named(case.resource).filter_map(|named| named.condition.as_ref());
        let conditions = side.conditional(case.resource).map(|(condition, _)| condition).chain(named);
        for condition in conditions.filter(|condition| condition.can_hold(&slice.standing, case.resource)) {
            self.bytes.clear();
            condition.mentions.sign(&slice.standing, case.resource, &mut self.bytes);
            let key = (Arc::as_ptr(condition) as usize, self.bytes.as_slice().into());
            if *self.held.entry(key).or_insert_with(|| case.holds(condition)) {
                return true;
            }
        }
        false
    }
}

impl Side {
    fn add(&mut self, statement: &Statement) {
        let info = Arc::clone(&statement.info);
        match (&statement.resource, &statement.condition) {
            (ResourceScope::Named { id, inside, .. }, condition) => {
                let named = Named { info, inside: *inside, condition: condition.clone() };
                self.named.entry(id.clone()).or_default().push(named);
            }
            (ResourceScope::Everything | ResourceScope::Kind(_), None) => self.always.push(info),
            (ResourceScope::Everything | ResourceScope::Kind(_), Some(condition)) => {
                let known = self.conditional.iter_mut().find(|(known, _)| Arc::ptr_eq(known, condition));
                match known {
                    Some((_, infos)) => infos.push(info),
                    None => {
                        self.by_need.add(self.conditional.len(), &condition.needs);
                        self.conditional.push((Arc::clone(condition), vec![info]));
                    }
                }
            }
            (ResourceScope::Nothing, _) => {}
        }
    }

    fn is_empty(&self) -> bool {
        self.always.is_empty() && self.conditional.is_empty() && self.named.is_empty()
    }

    /// Those with a condition that can hold for the resource.
    fn conditional<'a>(&'a self, resource: &Resource<'_>) -> impl Iterator<Item = &'a (Arc<Condition>, Vec<Arc<PolicyRef>>)> {
        self.by_need.find(resource).map(|at| &self.conditional[at])
    }

    /// Those that name the resource, or what it is in.
    fn named<'a>(&'a self, resource: &Resource<'_>) -> impl Iterator<Item = &'a Named> {
        let itself = self.named.get(resource.id()).into_iter().flatten();
        let system = resource.system();
        let around = (system != resource.id()).then(|| self.named.get(system)).flatten();
        itself.chain(around.into_iter().flatten().filter(|named| named.inside))
    }

    /// Whether one of them holds. The cheap ones are asked first.
    fn some(&self, case: &Case<'_>) -> bool {
        let plain = || self.named(case.resource).any(|named| named.condition.is_none());
        let conditional = || self.named(case.resource).any(|named| named.condition.as_ref().is_some_and(|one| case.holds(one)));
        !self.always.is_empty() || plain() || self.conditional(case.resource).any(|(condition, _)| case.holds(condition)) || conditional()
    }

    /// Those that hold.
    fn all(&self, case: &Case<'_>) -> Vec<&PolicyRef> {
        let mut found: Vec<&PolicyRef> = self.always.iter().map(|info| &**info).collect();
        for (_, infos) in self.conditional(case.resource).filter(|(condition, _)| case.holds(condition)) {
            found.extend(infos.iter().map(|info| &**info));
        }
        let named = self.named(case.resource).filter(|named| named.condition.as_ref().is_none_or(|condition| case.holds(condition)));
        found.extend(named.map(|named| &*named.info));
        found
    }
}

impl<'a> Case<'a> {
    fn new(slice: &'a Slice, resource: &'a Resource<'a>) -> Self {
        Self { slice, resource, question: OnceCell::new() }
    }

    fn fits(&self) -> bool {
        self.resource.kind() == self.slice.action.resource()
    }

    fn holds(&self, condition: &Condition) -> bool {
        let slice = self.slice;
        if !condition.can_hold(&slice.standing, self.resource) {
            return false;
        }
        let question = self.question.get_or_init(|| Question::new(&slice.standing, slice.action, self.resource, &slice.mentions));
        condition.holds(question)
    }
}
