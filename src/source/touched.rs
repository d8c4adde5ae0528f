//! Which lines of a file count: all, or those that have changed.

use std::ops::RangeInclusive;

/// The lines of a file that count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Touched {
    /// All of them.
    #[default]
    Everything,
    /// Those of these changes, in the order of the text.
    Lines(Vec<LineChange>),
}

/// A place where a file's lines have changed, with lines counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineChange {
    /// The first line that is new or other than it was; where lines were only taken out, the one before.
    pub start: usize,
    /// How many lines are new or other; none where lines were only taken out.
    pub count: usize,
}

impl LineChange {
    /// Whether any of it is in `lines`. Lines that were taken out are in what stands on both sides of them.
    #[must_use]
    pub fn is_in(&self, lines: &RangeInclusive<usize>) -> bool {
        let (first, last) = (*lines.start(), *lines.end());
        if self.count == 0 {
            first <= self.start && self.start < last
        } else {
            self.start <= last && first < self.start + self.count
        }
    }
}

impl Touched {
    /// Whether any line counts that is in `lines` and in none of `but`.
    #[must_use]
    pub fn any(&self, lines: &RangeInclusive<usize>, but: &[RangeInclusive<usize>]) -> bool {
        let changes = match self {
            Self::Everything => return true,
            Self::Lines(changes) => changes,
        };
        changes.iter().any(|change| {
            let own = change.start..change.start + change.count.max(1);
            let mut single = own.map(|start| LineChange {
                start,
                count: change.count.min(1),
            });
            single.any(|line| line.is_in(lines) && !but.iter().any(|range| line.is_in(range)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(start: usize, count: usize) -> LineChange {
        LineChange { start, count }
    }

    #[test]
    fn a_change_is_in_the_lines_that_it_meets() {
        for (start, count, is_in) in [
            (3, 1, false),
            (3, 2, true),
            (4, 1, true),
            (6, 1, true),
            (7, 9, false),
            (1, 99, true),
            (3, 0, false),
            (4, 0, true),
            (5, 0, true),
            (6, 0, false),
        ] {
            assert_eq!(
                change(start, count).is_in(&(4..=6)),
                is_in,
                "{start},{count}"
            );
        }
    }

    #[test]
    fn what_lies_deeper_is_none_of_its_owner_s() {
        let touched = Touched::Lines(vec![change(5, 2), change(20, 0)]);
        assert!(touched.any(&(1..=10), &[]));
        assert!(touched.any(&(1..=10), &[6..=9]));
        assert!(!touched.any(&(1..=10), &[5..=9]));
        assert!(touched.any(&(15..=30), &[16..=19]));
        assert!(!touched.any(&(15..=30), &[16..=19, 20..=25]));
        assert!(Touched::Everything.any(&(1..=1), &[]));
        assert!(!Touched::Lines(Vec::new()).any(&(1..=99), &[]));
    }
}
