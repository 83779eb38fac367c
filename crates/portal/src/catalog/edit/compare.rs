//! Two texts, line by line.

use model::view::CompareLine;

/// Pairs of lines that are compared at most; texts with more are shown one after the other.
const PAIRS: usize = 4_000_000;
/// Lines around a change that show with it.
const CONTEXT: usize = 3;

/// Every line of both texts: what stays, what goes, what comes.
pub(super) fn lines(before: &str, after: &str) -> Vec<CompareLine> {
    let (a, b): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = |line: &&str| CompareLine::Same((*line).to_owned());
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let mut out: Vec<CompareLine> = a[..head].iter().map(same).collect();
    middle(&a[head..a.len() - tail], &b[head..b.len() - tail], &mut out);
    out.extend(a[a.len() - tail..].iter().map(same));
    out
}

/// The lines that differ, each with a few around it; nothing when the texts are the same.
pub(crate) fn changed_lines(before: &str, after: &str) -> Vec<CompareLine> {
    let all = lines(before, after);
    let changed: Vec<usize> = (0..all.len()).filter(|at| !matches!(all[*at], CompareLine::Same(_))).collect();
    let near = |at: &usize| {
        let next = changed.partition_point(|changed| changed < at);
        let close = |other: Option<&usize>| other.is_some_and(|other| other.abs_diff(*at) <= CONTEXT);
        close(changed.get(next)) || next.checked_sub(1).is_some_and(|before| close(changed.get(before)))
    };
    let kept: Vec<bool> = (0..all.len()).map(|at| near(&at)).collect();
    all.into_iter().zip(kept).filter(|(_, kept)| *kept).map(|(line, _)| line).collect()
}

/// The longest common subsequence, from the back.
fn middle(a: &[&str], b: &[&str], out: &mut Vec<CompareLine>) {
    let removed = |line: &str| CompareLine::Removed(line.to_owned());
    let added = |line: &str| CompareLine::Added(line.to_owned());
    if a.len().saturating_mul(b.len()) > PAIRS {
        out.extend(a.iter().map(|line| removed(line)));
        out.extend(b.iter().map(|line| added(line)));
        return;
    }
    let width = b.len() + 1;
    let mut longest = vec![0_u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            longest[i * width + j] = if a[i] == b[j] {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            out.push(CompareLine::Same(a[i].to_owned()));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || (i < a.len() && longest[(i + 1) * width + j] >= longest[i * width + j + 1]) {
            out.push(removed(a[i]));
            i += 1;
        } else {
            out.push(added(b[j]));
            j += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(found: &[CompareLine], expected: &str) {
        let text: Vec<String> = found
            .iter()
            .map(|line| match line {
                CompareLine::Same(line) => format!(" {line}"),
                CompareLine::Added(line) => format!("+{line}"),
                CompareLine::Removed(line) => format!("-{line}"),
            })
            .collect();
        assert_eq!(text.join("|"), expected);
    }

    #[test]
    fn compares_lines() {
        check(&lines("a\nb\nc", "a\nx\nc"), " a|-b|+x| c");
        check(&lines("", "a"), "+a");
        check(&lines("a\nb\nc\nd", "b\nd\ne"), "-a| b|-c| d|+e");
        check(&lines("a", "a"), " a");
    }

    #[test]
    fn shows_only_what_is_near() {
        check(&changed_lines("1\n2\n3\n4\n5\n6", "1\n2\n3\n4\n5\nx"), " 3| 4| 5|-6|+x");
        check(&changed_lines("a\nb", "a\nb"), "");
    }
}
