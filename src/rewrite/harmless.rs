//! Which of many changes do harm, found with few proofs.

/// The changes that hold together, and those that do not hold with them.
#[derive(Debug)]
pub(super) struct Harmless<'c, C, F> {
    /// Proven together, in their order.
    pub(super) kept: Vec<&'c C>,
    /// Each with what the proof found when it came to those before it.
    pub(super) dropped: Vec<(&'c C, F)>,
}

/// Divides `changes` by a proof that takes any part of them, in their order.
///
/// One proof when all hold; for each change at fault about two for every time that the changes can be
/// halved. A change is at fault when it does not hold with the kept ones before it, so that of two that
/// clash only the later one is lost.
pub(super) fn harmless<'c, C, F: Clone>(
    changes: &'c [C],
    proof: impl FnMut(&[&'c C]) -> Result<(), F>,
) -> Harmless<'c, C, F> {
    let mut search = Search {
        proof,
        found: Harmless {
            kept: Vec::new(),
            dropped: Vec::new(),
        },
    };
    if let Err(flaw) = search.add(changes) {
        match search.add(&[]) {
            Ok(()) => search.narrow(changes, flaw),
            // It is none of the changes: nothing can be proven of this file.
            Err(flaw) => {
                let all = changes.iter().map(|change| (change, flaw.clone()));
                search.found.dropped.extend(all);
            }
        }
    }
    search.found
}

struct Search<'c, C, F, P> {
    proof: P,
    found: Harmless<'c, C, F>,
}

impl<'c, C, F: Clone, P: FnMut(&[&'c C]) -> Result<(), F>> Search<'c, C, F, P> {
    /// Keeps `changes` if they hold with those that are kept.
    fn add(&mut self, changes: &'c [C]) -> Result<(), F> {
        let kept = self.found.kept.len();
        self.found.kept.extend(changes);
        let result = (self.proof)(&self.found.kept);
        if result.is_err() {
            self.found.kept.truncate(kept);
        }
        result
    }

    /// Keeps what it can of `changes`, which do not hold with those that are kept.
    fn narrow(&mut self, changes: &'c [C], flaw: F) {
        if let [only] = changes {
            self.found.dropped.push((only, flaw));
            return;
        }
        let (left, right) = changes.split_at(changes.len() / 2);
        let right_flaw = match self.add(left) {
            // What holds without `right` and fails with it need not be proven once more.
            Ok(()) => Some(flaw),
            Err(flaw) => {
                self.narrow(left, flaw);
                self.add(right).err()
            }
        };
        if let Some(flaw) = right_flaw {
            self.narrow(right, flaw);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is dropped of the numbers below `count`, and the proofs that it took.
    fn dropped(count: usize, fails: impl Fn(&[&usize]) -> bool) -> (Vec<usize>, usize) {
        let numbers: Vec<usize> = (0..count).collect();
        let mut proofs = 0;
        let harmless = harmless(&numbers, |some| {
            proofs += 1;
            if fails(some) { Err("flaw") } else { Ok(()) }
        });
        assert!(harmless.kept.is_sorted());
        assert_eq!(harmless.kept.len() + harmless.dropped.len(), count);
        let dropped = harmless.dropped.iter().map(|(number, _)| **number);
        (dropped.collect(), proofs)
    }

    #[test]
    fn what_holds_takes_one_proof() {
        assert_eq!(dropped(1_000, |_| false), (vec![], 1));
        assert_eq!(dropped(0, |_| false), (vec![], 1));
    }

    #[test]
    fn one_fault_takes_two_proofs_a_halving_at_most() {
        for fault in 0..1_000 {
            let (dropped, proofs) = dropped(1_000, |some| some.contains(&&fault));
            assert_eq!(dropped, [fault]);
            assert!(proofs <= 2 + 2 * 10, "{proofs} proofs for {fault}");
        }
    }

    #[test]
    fn of_two_that_clash_only_the_later_is_dropped() {
        let clash = |some: &[&usize]| some.contains(&&250) && some.contains(&&750);
        let (dropped, proofs) = dropped(1_000, clash);
        assert_eq!(dropped, [750]);
        assert!(proofs <= 22, "{proofs} proofs");
    }

    #[test]
    fn all_at_fault_takes_two_proofs_each() {
        let (all, proofs) = dropped(64, |some| !some.is_empty());
        assert_eq!((all.len(), proofs), (64, 128));
    }

    #[test]
    fn a_file_that_cannot_be_proven_is_given_up_at_once() {
        let (all, proofs) = dropped(1_000, |_| true);
        assert_eq!((all.len(), proofs), (1_000, 2));
    }
}
