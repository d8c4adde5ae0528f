//! Which releases there are, and what each is compared with.

use crate::source::{Commits, GitError, Graph, History, ObjectId, Start, Tag};

/// A stretch of history that is told as one.
#[derive(Debug)]
pub(super) struct Stretch {
    /// The tags on its last commit, by name; none if it is not released.
    pub(super) tags: Vec<Tag>,
    /// Its last commit; `None` for what is in the working tree.
    pub(super) end: Option<ObjectId>,
    /// What it is compared with.
    pub(super) start: Start,
    /// What people call that; `None` for the beginning.
    pub(super) start_name: Option<String>,
    /// The commits in it, if there is any commit.
    pub(super) commits: Option<Commits>,
}

/// The commits and releases of a repository.
pub(super) struct Timeline {
    /// The commits, if there are any.
    pub(super) graph: Graph,
    /// The newest first; the first is what is not released.
    pub(super) stretches: Vec<Stretch>,
    /// Where all of it begins.
    pub(super) start: Start,
}

/// A commit that others may be compared with.
struct Mark {
    place: usize,
    /// How many commits lead to it.
    age: usize,
    name: String,
}

impl Timeline {
    /// The releases since `since`, a revision or a date.
    pub(super) fn read(
        history: &History,
        head: Option<&ObjectId>,
        since: Option<&str>,
        tags: Option<&str>,
    ) -> Result<Self, GitError> {
        let start = match since {
            Some(since) => history.start(since)?,
            None => Start::Beginning,
        };
        let graph = match head {
            Some(head) => history.graph(head)?,
            None => Graph::default(),
        };
        let head = head.and_then(|head| graph.place(head));
        let mut released: Vec<(usize, Vec<Tag>)> = Vec::new();
        for tag in history.tags(tags)? {
            // What does not lead here is another branch's.
            let Some(place) = graph.place(&tag.commit) else {
                continue;
            };
            match released.iter_mut().find(|(other, _)| *other == place) {
                Some((_, tags)) => tags.push(tag),
                None => released.push((place, vec![tag])),
            }
        }
        released.sort_by_key(|(place, _)| *place);
        let mut marks: Vec<Mark> = released
            .iter()
            .map(|(place, tags)| Mark::new(&graph, *place, names(tags)))
            .collect();
        let before = match &start {
            Start::After(commit) => graph.place(commit),
            Start::Beginning => None,
        };
        if let Some(place) = before
            && !marks.iter().any(|mark| mark.place == place)
        {
            let name = short(&graph, place);
            marks.push(Mark::new(&graph, place, name));
        }
        let told_before = before.map(|place| graph.history(place));
        let is_new = |place: usize| !told_before.as_ref().is_some_and(|old| old.contain(place));
        let mut stretches = vec![stretch(history, &graph, &marks, head, Vec::new())];
        for (place, tags) in released {
            if is_new(place) {
                stretches.push(stretch(history, &graph, &marks, Some(place), tags));
            }
        }
        Ok(Self {
            graph,
            stretches,
            start,
        })
    }
}

impl Mark {
    fn new(graph: &Graph, place: usize, name: String) -> Self {
        Self {
            place,
            age: graph.history(place).count(),
            name,
        }
    }
}

/// What leads to the commit at `end`, since the release before it: of all that lead to it the one with
/// the longest history, which no other can have in its own.
fn stretch(
    history: &History,
    graph: &Graph,
    marks: &[Mark],
    end: Option<usize>,
    tags: Vec<Tag>,
) -> Stretch {
    let is_released = !tags.is_empty();
    let mut stretch = Stretch {
        tags,
        end: None,
        start: Start::Beginning,
        start_name: None,
        commits: None,
    };
    let Some(end) = end else {
        return stretch;
    };
    if is_released {
        stretch.end = graph.id(end).cloned();
    }
    let commits = graph.history(end);
    let before = marks
        .iter()
        .filter(|mark| commits.contain(mark.place) && !(is_released && mark.place == end))
        .max_by_key(|mark| (mark.age, mark.place));
    let (place, name) = if let Some(mark) = before {
        (mark.place, mark.name.clone())
    } else {
        let first = graph.beginning(end);
        // What a shallow clone begins with was there before.
        if graph.id(first).is_none_or(|first| !history.is_cut(first)) {
            stretch.commits = Some(commits);
            return stretch;
        }
        (first, short(graph, first))
    };
    stretch.commits = Some(commits.without(&graph.history(place)));
    if let Some(id) = graph.id(place) {
        stretch.start = Start::After(id.clone());
        stretch.start_name = Some(name);
    }
    stretch
}

/// What people call a release.
pub(super) fn names(tags: &[Tag]) -> String {
    let names: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
    names.join(" / ")
}

/// A commit's name, as short as GitHub shows it.
fn short(graph: &Graph, place: usize) -> String {
    const DIGITS: usize = 7;
    let id = graph.id(place).map(ObjectId::as_str).unwrap_or_default();
    id.get(..DIGITS).unwrap_or(id).to_owned()
}
