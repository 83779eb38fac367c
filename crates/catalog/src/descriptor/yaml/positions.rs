//! Where the parts of a document stand, found when somebody asks.
//!
//! Most documents are right and nobody asks, so nothing is recorded while loading: the text is parsed a second time.

use std::{fmt, ops::Range, sync::Arc};

use saphyr_parser::{Event, Marker, Parser, Span, StrInput};

use super::load::Mark;

/// Finds line and column of a JSON pointer in one document; cheap to clone, holds the text of the file.
#[derive(Clone)]
pub struct Positions {
    source: Arc<str>,
    range: Range<usize>,
    line: u32,
}

impl fmt::Debug for Positions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Positions").field("range", &self.range).field("line", &self.line).finish_non_exhaustive()
    }
}

impl Positions {
    pub(super) fn new(source: &Arc<str>, range: Range<usize>, line: u32) -> Self {
        Self { source: Arc::clone(source), range, line }
    }

    pub(super) fn whole(source: Arc<str>, line: u32) -> Self {
        Self { range: 0..source.len(), source, line }
    }

    /// Line and column, from 1, of what `pointer` names: a scalar where it stands, a mapping or list at its key.
    /// For something that does not stand there, the nearest thing around it.
    pub fn locate(&self, pointer: &str) -> (u32, u32) {
        let wanted: Vec<String> = pointer.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect();
        let mut walk = Walk { parser: Parser::new_from_str(&self.source[self.range.clone()]), wanted: &wanted, best: None };
        walk.document();
        walk.best.map_or((self.line, 1), |marker| Mark::new(marker).in_file(self.line))
    }
}

struct Walk<'t, 'w> {
    parser: Parser<'t, StrInput<'t>>,
    wanted: &'w [String],
    best: Option<Marker>,
}

/// The walk is over: found, or the text ends.
struct Over;

impl<'t> Walk<'t, '_> {
    fn next(&mut self) -> Result<(Event<'t>, Span), Over> {
        match self.parser.next_event() {
            Some(Ok((Event::StreamEnd, _)) | Err(_)) | None => Err(Over),
            Some(Ok(event)) => Ok(event),
        }
    }

    fn document(&mut self) {
        while let Ok((event, span)) = self.next() {
            if !matches!(event, Event::StreamStart | Event::DocumentStart(_)) {
                self.best = Some(span.start);
                let _: Result<(), Over> = self.descend(&event, span, 0);
                return;
            }
        }
    }

    /// Follows `wanted[depth..]` below the node that `event` opens. `Err` ends the walk.
    fn descend(&mut self, event: &Event<'t>, span: Span, depth: usize) -> Result<(), Over> {
        let Some(segment) = self.wanted.get(depth) else {
            if matches!(event, Event::Scalar(..) | Event::Alias(_)) && !span.is_empty() {
                self.best = Some(span.start);
            }
            return Err(Over);
        };
        match event {
            Event::MappingStart(..) => loop {
                let (key, key_span) = self.next()?;
                if key == Event::MappingEnd {
                    return Err(Over);
                }
                let found = matches!(&key, Event::Scalar(text, ..) if text == segment.as_str());
                self.skip(&key)?;
                let (value, value_span) = self.next()?;
                if found {
                    self.best = Some(key_span.start);
                    return self.descend(&value, value_span, depth + 1);
                }
                self.skip(&value)?;
            },
            Event::SequenceStart(..) => {
                let Ok(index) = segment.parse::<usize>() else { return Err(Over) };
                for _ in 0..index {
                    let (item, _) = self.next()?;
                    if item == Event::SequenceEnd {
                        return Err(Over);
                    }
                    self.skip(&item)?;
                }
                let (item, item_span) = self.next()?;
                if item == Event::SequenceEnd {
                    return Err(Over);
                }
                self.best = Some(item_span.start);
                self.descend(&item, item_span, depth + 1)
            }
            _ => Err(Over),
        }
    }

    /// Goes past the node that `event` opens.
    fn skip(&mut self, event: &Event<'t>) -> Result<(), Over> {
        let mut open = depth_of(event);
        while open > 0 {
            let (event, _) = self.next()?;
            open += depth_of(&event);
        }
        Ok(())
    }
}

fn depth_of(event: &Event<'_>) -> i32 {
    match event {
        Event::MappingStart(..) | Event::SequenceStart(..) => 1,
        Event::MappingEnd | Event::SequenceEnd => -1,
        _ => 0,
    }
}
