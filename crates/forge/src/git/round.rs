//! One reading: whoever asks for the same place within it gets the same answer, at the price of one question.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::OnceCell;

use crate::{ForgeError, GitTarget, forge::Shared, git::Checkout};

type Answer = Arc<OnceCell<Result<Arc<Checkout>, ForgeError>>>;

/// One reading of any number of locations. Make a new one for the next.
#[derive(Debug)]
pub struct Round {
    shared: Arc<Shared>,
    asked: Mutex<HashMap<(String, Option<String>), Answer>>,
}

impl Round {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, asked: Mutex::default() }
    }

    /// The files of a target's repository at its reference, as they are since this round began. The path of the
    /// target plays no part.
    ///
    /// # Errors
    /// See [`ForgeError`]; the same for all who ask in this round.
    pub async fn checkout(&self, target: &GitTarget) -> Result<Arc<Checkout>, ForgeError> {
        let key = (target.repository.clone(), target.reference.clone());
        let answer = Arc::clone(self.asked.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default());
        answer.get_or_init(|| Box::pin(self.ask(target))).await.clone()
    }

    async fn ask(&self, target: &GitTarget) -> Result<Arc<Checkout>, ForgeError> {
        let repository = self.shared.clones.open(&target.repository);
        let head = repository.head(&self.shared, target).await?;
        Ok(Arc::new(Checkout::new(Arc::clone(&self.shared), repository, target.clone(), head)))
    }
}
