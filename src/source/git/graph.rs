//! Which commit comes after which.

use std::collections::HashMap;

use super::history::ObjectId;

/// The commits that lead to the newest one, newest first; none stands before a descendant.
#[derive(Debug, Default)]
pub struct Graph {
    ids: Vec<ObjectId>,
    places: HashMap<ObjectId, usize>,
    parents: Vec<Vec<usize>>,
}

/// Some of the commits of a [`Graph`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commits {
    is_in: Vec<bool>,
    count: usize,
}

impl Graph {
    /// Reads what `git rev-list --parents` prints: a commit a line, its parents after it.
    pub(super) fn read(listed: &str) -> Self {
        let mut graph = Self::default();
        for id in listed
            .lines()
            .filter_map(|line| line.split_whitespace().next())
        {
            let id = ObjectId::new(id);
            graph.places.insert(id.clone(), graph.ids.len());
            graph.ids.push(id);
        }
        let parents = listed.lines().map(|line| {
            // Of a shallow clone the last commits have parents that are not there.
            let known = |id| graph.places.get(&ObjectId::new(id)).copied();
            line.split_whitespace().skip(1).filter_map(known).collect()
        });
        graph.parents = parents.collect();
        graph
    }

    /// The place of a commit, the newest first.
    #[must_use]
    pub fn place(&self, id: &ObjectId) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The commit at a place.
    #[must_use]
    pub fn id(&self, place: usize) -> Option<&ObjectId> {
        self.ids.get(place)
    }

    /// The commit at `place` and all that lead to it.
    #[must_use]
    pub fn history(&self, place: usize) -> Commits {
        let mut found = Commits {
            is_in: vec![false; self.ids.len()],
            count: 0,
        };
        let mut open = vec![place];
        while let Some(place) = open.pop() {
            match found.is_in.get_mut(place) {
                Some(is_in) if !*is_in => *is_in = true,
                _ => continue,
            }
            found.count += 1;
            open.extend(self.parents.get(place).into_iter().flatten());
        }
        found
    }

    /// The oldest commit that is reached from `place` by first parents.
    #[must_use]
    pub fn beginning(&self, place: usize) -> usize {
        let mut oldest = place;
        while let Some(&parent) = self.parents.get(oldest).and_then(|all| all.first()) {
            oldest = parent;
        }
        oldest
    }
}

impl Commits {
    /// Whether the commit at a place is one of them.
    #[must_use]
    pub fn contain(&self, place: usize) -> bool {
        self.is_in.get(place).copied().unwrap_or_default()
    }

    /// How many they are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Those that are not among `others`.
    #[must_use]
    pub fn without(mut self, others: &Self) -> Self {
        for (is_in, is_other) in self.is_in.iter_mut().zip(&others.is_in) {
            *is_in &= !is_other;
        }
        self.count = self.is_in.iter().filter(|is_in| **is_in).count();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_of_a_commit_is_what_leads_to_it() {
        // e merges c and d, which both come from a; b is before c.
        let graph = Graph::read("e c d\nd a\nc b\nb a\na gone\n");
        let place = |id| graph.place(&ObjectId::new(id)).unwrap();
        let of = |id| graph.history(place(id));
        assert_eq!(of("e").count(), 5);
        assert_eq!((of("d").count(), of("d").contain(place("c"))), (2, false));
        let since = of("e").without(&of("c"));
        assert_eq!(since.count(), 2);
        assert!(since.contain(place("d")) && !since.contain(place("a")));
        assert_eq!(graph.beginning(place("e")), place("a"));
        assert_eq!(graph.id(9), None);
    }
}
