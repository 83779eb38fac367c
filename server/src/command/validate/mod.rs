//! `waymark validate`: the catalog's checks, for the pull request that changes a catalog file.
//!
//! It reads files only: what stands at web addresses is taken as it is. Files that a Location names are checked too, so that one root
//! file is enough for a whole repository. Nothing outside of the tree (the repository, or the folder that was given) is read.

mod across;
mod check;
mod gather;
mod report;

use std::{
    io::Write,
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering},
};

use catalog::descriptor::{Kinds, Severity};

use crate::config::ValidateArgs;
use check::{Checked, check};
use gather::{Gathered, Input};

/// Something that is wrong, or doubtful, with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Problem {
    /// The file as the user would name it.
    file: String,
    /// From 1.
    line: u32,
    /// From 1, in characters.
    column: u32,
    severity: Severity,
    /// Stable, as in `metadata/tags`.
    rule: &'static str,
    /// `kind:namespace/name`, if it can be told.
    entity: Option<String>,
    message: String,
    fix: Option<String>,
}

/// How much was looked at, and what came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Summary {
    files: usize,
    documents: usize,
    entities: usize,
    errors: usize,
    warnings: usize,
}

/// `waymark validate`: 0 when all is well, 1 when there are problems.
///
/// # Errors
/// When a path cannot be read, or the report cannot be written.
pub(super) fn validate(args: &ValidateArgs, kinds: &Kinds, out: &mut dyn Write) -> anyhow::Result<ExitCode> {
    let (summary, problems) = run(gather::gather(&args.paths)?, kinds, args.references)?;
    report::write(args.format, &summary, &problems, out)?;
    out.flush()?;
    let failed = summary.errors > 0 || args.strict && summary.warnings > 0;
    Ok(if failed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn run(mut gathered: Gathered, kinds: &Kinds, references: bool) -> anyhow::Result<(Summary, Vec<Problem>)> {
    let mut summary = Summary::default();
    let (mut problems, mut entities) = (Vec::new(), Vec::new());
    let mut round = gathered.take();
    while !round.is_empty() {
        for checked in in_parallel(&round, kinds, references)? {
            summary.files += 1;
            summary.documents += checked.documents;
            problems.extend(checked.problems);
            entities.extend(checked.entities);
            checked.targets.into_iter().for_each(|target| problems.extend(gathered.follow(target)));
        }
        round = gathered.take();
    }
    summary.entities = entities.len();
    problems.extend(across::duplicates(&entities));
    if references {
        problems.extend(across::dangling(&entities, kinds));
    }
    problems.sort_by(|a, b| (&a.file, a.line, a.column, a.rule, &a.message).cmp(&(&b.file, b.line, b.column, b.rule, &b.message)));
    problems.dedup();
    summary.errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    summary.warnings = problems.len() - summary.errors;
    Ok((summary, problems))
}

/// Checks files on all processors; the results are in the order of the files.
fn in_parallel(inputs: &[Input], kinds: &Kinds, references: bool) -> anyhow::Result<Vec<Checked>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        while let Some(input) = inputs.get(next.fetch_add(1, Ordering::Relaxed)) {
            done.push((input, check(input, kinds, references)));
        }
        done
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(inputs.len());
    let mut done: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    });
    anyhow::ensure!(done.len() == inputs.len(), "a file could not be checked; please report this with the file");
    done.sort_by_key(|(input, _)| std::ptr::from_ref(*input));
    done.into_iter().map(|(_, checked)| checked).collect()
}

#[cfg(test)]
mod tests;
