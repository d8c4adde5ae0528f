//! Callees first: what each batch of a run leans on, and the order that follows from it.
//!
//! A definition leans on what it calls, what it derives from or overrides, and what it holds; its
//! words are better when theirs are known. Batches that lean on each other in a circle are set free
//! where the fewest ties are cut, and of such the first in the project; the same tree gives the same
//! order every time.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;

use super::batch::Batch;
use crate::python::{DefinitionId, Kind, Project};

/// Why a definition leans on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It calls it, or makes an object of it.
    Calls,
    /// It is a class derived from it.
    DerivesFrom,
    /// It is a method that overrides it.
    Overrides,
    /// It is a module, class or function that holds it.
    Holds,
}

/// That a definition leans on another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lean {
    /// What leans.
    pub from: DefinitionId,
    /// What it leans on.
    pub on: DefinitionId,
    /// Why.
    pub reason: Reason,
}

/// The batches of a run, and what has to be answered before each.
#[derive(Debug, Default)]
pub struct Order {
    batches: Vec<Place>,
}

/// A batch's place in the order.
#[derive(Debug, Default)]
pub struct Place {
    /// Batches to be answered before it, in the order of the run's batches.
    pub needs: Vec<usize>,
    /// Batches that need it.
    pub releases: Vec<usize>,
    /// How many batches the longest chain has that begins with it and goes on with what it releases.
    pub chain: usize,
    /// What it leans on in batches that do not come before it, because these lean on it too.
    pub cut: Vec<Lean>,
}

/// What a definition leans on, in the order: calls, bases, what it overrides, what it holds.
#[must_use]
pub fn leans(project: &Project, id: DefinitionId) -> Vec<Lean> {
    let mut leans = Vec::new();
    let mut add = |on, reason| {
        leans.push(Lean {
            from: id,
            on,
            reason,
        });
    };
    for callee in project.callees(id) {
        // What holds it leans on it, not the other way round.
        if !holds(project, *callee, id) {
            add(*callee, Reason::Calls);
        }
    }
    for base in project.bases(id) {
        add(*base, Reason::DerivesFrom);
    }
    if let Some(overridden) = project.overridden(id) {
        add(overridden, Reason::Overrides);
    }
    for child in project.children(id) {
        add(child, Reason::Holds);
    }
    if project.entry(id).kind == Kind::Package {
        for module in project.submodules(id.module) {
            let module = DefinitionId {
                module,
                definition: 0,
            };
            add(module, Reason::Holds);
        }
    }
    leans
}

/// Whether `inner` is defined inside `outer`.
fn holds(project: &Project, outer: DefinitionId, inner: DefinitionId) -> bool {
    let mut at = inner.definition;
    while let Some(parent) = project
        .entry(DefinitionId {
            definition: at,
            ..inner
        })
        .parent
    {
        at = parent;
        if outer.module == inner.module && outer.definition == at {
            return true;
        }
    }
    false
}

impl Order {
    /// Orders the batches of a run, each with the position of its file's module in the project, if
    /// the project knows it.
    #[must_use]
    pub fn new<'b>(
        project: &Project,
        batches: impl IntoIterator<Item = (Option<usize>, &'b Batch)>,
    ) -> Self {
        let mut at: HashMap<DefinitionId, usize> = HashMap::new();
        let mut members: Vec<Vec<DefinitionId>> = Vec::new();
        for (index, (module, batch)) in batches.into_iter().enumerate() {
            let targets = batch.targets.iter();
            let ids: Vec<DefinitionId> = module.map_or_else(Vec::new, |module| {
                let id = |definition| DefinitionId { module, definition };
                targets.map(|target| id(target.definition)).collect()
            });
            at.extend(ids.iter().map(|id| (*id, index)));
            members.push(ids);
        }
        let mut ties = Ties(vec![BTreeMap::new(); members.len()]);
        for (index, ids) in members.iter().enumerate() {
            for lean in ids.iter().flat_map(|id| leans(project, *id)) {
                if let Some(needed) = at.get(&lean.on).filter(|needed| **needed != index) {
                    ties.0[index].entry(*needed).or_default().push(lean);
                }
            }
        }
        let cut = ties.cut_circles();
        let mut batches: Vec<Place> = ties
            .0
            .iter()
            .zip(cut)
            .map(|(needs, cut)| Place {
                needs: needs.keys().copied().collect(),
                cut,
                ..Place::default()
            })
            .collect();
        for index in 0..batches.len() {
            for need in batches[index].needs.clone() {
                batches[need].releases.push(index);
            }
        }
        let mut order = Self { batches };
        order.measure_chains();
        order
    }

    /// So many batches, one after the other as they are given, none of which needs another.
    #[must_use]
    pub fn as_given(batches: usize) -> Self {
        let mut order = Self::default();
        order.batches.resize_with(batches, Place::default);
        order
    }

    /// The places of the batches, as they were given.
    #[must_use]
    pub fn places(&self) -> &[Place] {
        &self.batches
    }

    /// The batches one after the other: of those whose needs are answered, that with the longest
    /// chain first, of such the first that was given.
    #[must_use]
    pub fn sequence(&self) -> Vec<usize> {
        let mut schedule = Schedule::new(self);
        let mut sequence = Vec::with_capacity(self.batches.len());
        while let Some(next) = schedule.next_ready() {
            sequence.push(next);
            schedule.finish(next);
        }
        sequence
    }

    fn measure_chains(&mut self) {
        // Those that release nothing end their chains; the others are settled from there back.
        let mut open: Vec<usize> = self.batches.iter().map(|one| one.releases.len()).collect();
        let mut settled: Vec<usize> = (0..open.len()).filter(|index| open[*index] == 0).collect();
        while let Some(index) = settled.pop() {
            let released = self.batches[index].releases.iter();
            let longest = released.map(|one| self.batches[*one].chain).max();
            self.batches[index].chain = longest.unwrap_or_default() + 1;
            for need in &self.batches[index].needs {
                open[*need] -= 1;
                if open[*need] == 0 {
                    settled.push(*need);
                }
            }
        }
    }
}

/// What each batch leans on in others.
struct Ties(Vec<BTreeMap<usize, Vec<Lean>>>);

impl Ties {
    /// Takes ties away until no batch leans on itself in a circle; gives those of each batch.
    fn cut_circles(&mut self) -> Vec<Vec<Lean>> {
        let mut cut = vec![Vec::new(); self.0.len()];
        let mut open: Vec<BTreeSet<usize>> = self.circles(&(0..self.0.len()).collect());
        while let Some(circle) = open.pop() {
            let inside = |index: usize| {
                let needs = self.0[index].iter();
                needs
                    .filter(|(need, _)| circle.contains(need))
                    .map(|(_, leans)| leans.len())
                    .sum::<usize>()
            };
            let Some(first) = circle
                .iter()
                .copied()
                .min_by_key(|index| (inside(*index), *index))
            else {
                continue;
            };
            let needs = std::mem::take(&mut self.0[first]);
            for (need, leans) in needs {
                if circle.contains(&need) {
                    cut[first].extend(leans);
                } else {
                    self.0[first].insert(need, leans);
                }
            }
            open.extend(self.circles(&circle));
        }
        for leans in &mut cut {
            leans.sort_unstable();
        }
        cut
    }

    /// The sets of batches among `some` that lean on each other, all of one on all of it: the strongly
    /// connected components with more than one member (Tarjan, «Depth-first search and linear
    /// graph algorithms», 1972), without recursion.
    fn circles(&self, some: &BTreeSet<usize>) -> Vec<BTreeSet<usize>> {
        let mut search = Search::default();
        let mut circles = Vec::new();
        for root in some {
            if search.marks.contains_key(root) {
                continue;
            }
            let mut path = vec![search.enter(*root, self, some)];
            while let Some((index, needs)) = path.last_mut() {
                let index = *index;
                if let Some(need) = needs.pop() {
                    match search.marks.get(&need) {
                        None => path.push(search.enter(need, self, some)),
                        Some(mark) if mark.is_open => search.reach(index, mark.number),
                        Some(_) => {}
                    }
                    continue;
                }
                path.pop();
                let circle = search.leave(index);
                if let Some((outer, _)) = path.last()
                    && let Some(mark) = search.marks.get(&index)
                    && mark.is_open
                {
                    search.reach(*outer, mark.lowest);
                }
                if circle.len() > 1 {
                    circles.push(circle);
                }
            }
        }
        circles
    }
}

#[derive(Default)]
struct Search {
    marks: HashMap<usize, Mark>,
    stack: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Mark {
    number: usize,
    lowest: usize,
    is_open: bool,
}

impl Search {
    /// Numbers a batch; gives it with those that it needs and that are still to be looked at.
    fn enter(&mut self, index: usize, ties: &Ties, some: &BTreeSet<usize>) -> (usize, Vec<usize>) {
        let number = self.marks.len();
        let mark = Mark {
            number,
            lowest: number,
            is_open: true,
        };
        self.marks.insert(index, mark);
        self.stack.push(index);
        let needs = ties.0[index].keys().rev().copied();
        (index, needs.filter(|need| some.contains(need)).collect())
    }

    fn reach(&mut self, index: usize, number: usize) {
        if let Some(mark) = self.marks.get_mut(&index) {
            mark.lowest = mark.lowest.min(number);
        }
    }

    /// Leaves a batch; gives the component that ends with it.
    fn leave(&mut self, index: usize) -> BTreeSet<usize> {
        let mut component = BTreeSet::new();
        let is_root = self
            .marks
            .get(&index)
            .is_some_and(|mark| mark.lowest == mark.number);
        while is_root && let Some(member) = self.stack.pop() {
            component.insert(member);
            if let Some(mark) = self.marks.get_mut(&member) {
                mark.is_open = false;
            }
            if member == index {
                break;
            }
        }
        component
    }
}

/// What of an order is still to be begun.
#[derive(Debug)]
pub struct Schedule<'o> {
    order: &'o Order,
    /// How many needs of each batch are not answered yet.
    open_needs: Vec<usize>,
    /// Batches that may begin: the longest chain first.
    ready: BTreeSet<(std::cmp::Reverse<usize>, usize)>,
    /// Batches that need others: those that lack the fewest first, then as above.
    held: BTreeSet<(usize, std::cmp::Reverse<usize>, usize)>,
}

impl<'o> Schedule<'o> {
    /// Nothing has begun.
    #[must_use]
    pub fn new(order: &'o Order) -> Self {
        let mut schedule = Self {
            order,
            open_needs: order.batches.iter().map(|one| one.needs.len()).collect(),
            ready: BTreeSet::new(),
            held: BTreeSet::new(),
        };
        for index in 0..order.batches.len() {
            schedule.insert(index);
        }
        schedule
    }

    /// Takes the next batch that leans on nothing unanswered.
    pub fn next_ready(&mut self) -> Option<usize> {
        self.ready.pop_first().map(|(_, index)| index)
    }

    /// Takes the next batch although it leans on others that are not answered yet.
    pub fn next_held(&mut self) -> Option<usize> {
        self.held.pop_first().map(|(_, _, index)| index)
    }

    /// How many batches have not been taken.
    #[must_use]
    pub fn left(&self) -> usize {
        self.ready.len() + self.held.len()
    }

    /// Whether every batch has been taken.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ready.is_empty() && self.held.is_empty()
    }

    /// A batch is answered, or never will be.
    pub fn finish(&mut self, index: usize) {
        let Some(place) = self.order.batches.get(index) else {
            return;
        };
        for released in &place.releases {
            let was_held = self.held.remove(&self.held_key(*released));
            if let Some(open) = self.open_needs.get_mut(*released) {
                *open = open.saturating_sub(1);
            }
            // What was begun early is not begun again.
            if was_held {
                self.insert(*released);
            }
        }
    }

    fn insert(&mut self, index: usize) {
        let key @ (open, chain, _) = self.held_key(index);
        if open == 0 {
            self.ready.insert((chain, index));
        } else {
            self.held.insert(key);
        }
    }

    fn held_key(&self, index: usize) -> (usize, std::cmp::Reverse<usize>, usize) {
        let open = self.open_needs.get(index).copied().unwrap_or_default();
        let place = self.order.batches.get(index);
        let chain = place.map_or(0, |place| place.chain);
        (open, std::cmp::Reverse(chain), index)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::generate::{Target, Task};
    use crate::python::{FileRole, ModuleFacts, analyze, parse};
    use crate::rules::RuleCode;
    use crate::source::FileName;

    /// A project of files of one folder, with a batch for each definition.
    fn in_batches(files: &[(&str, &str)]) -> (Project, Vec<DefinitionId>, Order) {
        let facts = files.iter().map(|(name, text)| {
            let role = FileRole {
                name: name.trim_end_matches(".py").to_owned(),
                is_package: false,
                is_private: false,
            };
            let module = analyze(&parse(text).unwrap(), text, &role);
            let file = FileName::new(Path::new(name), Path::new(""));
            ModuleFacts::read(&file, &Path::new("/p").join(name), Path::new("/p"), &module)
        });
        let project = Project::build(facts.collect(), &[]);
        let ids: Vec<DefinitionId> = project.ids().collect();
        let batches: Vec<Batch> = ids.iter().map(|id| batch(&[id.definition])).collect();
        let modules = ids.iter().map(|id| Some(id.module));
        let order = Order::new(&project, modules.zip(&batches));
        (project, ids, order)
    }

    fn batch(definitions: &[usize]) -> Batch {
        let target = |definition: &usize| Target {
            definition: *definition,
            code: RuleCode::D103,
            is_documented: false,
            task: Task::Write,
        };
        Batch {
            targets: definitions.iter().map(target).collect(),
        }
    }

    fn sequence(files: &[(&str, &str)]) -> String {
        let (project, ids, order) = in_batches(files);
        let sequence = order.sequence();
        let names = sequence.iter().map(|index| {
            let entry = project.entry(ids[*index]);
            match entry.qualified_name.as_str() {
                "" => entry.file.to_string(),
                name => name.to_owned(),
            }
        });
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_leaned_on_comes_first() {
        assert_eq!(
            sequence(&[(
                "a.py",
                "def f(): g()\ndef g(): h()\ndef h(): ...\ndef alone(): ...\n"
            )]),
            "h g f alone a.py"
        );
        assert_eq!(
            sequence(&[
                ("a.py", "import b\nclass A(b.B):\n    def f(self): b.g()\n"),
                ("b.py", "class B:\n    def f(self): ...\ndef g(): ...\n"),
            ]),
            "B.f g A.f B A a.py b.py"
        );
        // A class method that makes an object of its class does not lean on it.
        assert_eq!(
            sequence(&[(
                "a.py",
                "class A:\n    @classmethod\n    def f(cls): return cls()\n"
            )]),
            "A.f A a.py"
        );
    }

    #[test]
    fn circles_are_cut_where_it_costs_least() {
        let text = "def a(): b()\ndef b(): c()\ndef c(): a(); b()\ndef alone(): alone()\n";
        let (project, ids, order) = in_batches(&[("a.py", text)]);
        let cut: Vec<String> = order
            .places()
            .iter()
            .flat_map(|place| &place.cut)
            .map(|lean| {
                let name = |id| project.entry(id).qualified_name.clone();
                format!("{} on {}", name(lean.from), name(lean.on))
            })
            .collect();
        assert_eq!(cut, ["a on b", "b on c"]);
        assert_eq!(sequence(&[("a.py", text)]), "a b c alone a.py");
        assert_eq!(order.sequence().len(), ids.len());
    }

    #[test]
    fn batches_lean_on_what_their_definitions_lean_on() {
        let text = "def a(): d()\ndef b(): a()\ndef c(): b()\ndef d(): c()\n";
        let (project, ..) = in_batches(&[("a.py", text)]);
        let batches = [batch(&[1, 2]), batch(&[3]), batch(&[4]), batch(&[0])];
        let order = Order::new(&project, batches.iter().map(|batch| (Some(0), batch)));
        let needs: Vec<&[usize]> = order.places().iter().map(|one| &*one.needs).collect();
        assert_eq!(needs, [&[][..], &[0], &[1], &[0, 1, 2]]);
        let chains: Vec<usize> = order.places().iter().map(|one| one.chain).collect();
        assert_eq!(chains, [4, 3, 2, 1]);
        // A file that the project does not know leans on nothing.
        let order = Order::new(&project, batches.iter().map(|batch| (None, batch)));
        assert!(order.places().iter().all(|place| place.needs.is_empty()));
    }

    #[test]
    fn a_schedule_holds_back_until_all_needs_are_answered() {
        let (_, _, order) =
            in_batches(&[("a.py", "def f(): g(); h()\ndef g(): ...\ndef h(): ...\n")]);
        let mut schedule = Schedule::new(&order);
        assert_eq!(schedule.left(), 4);
        assert_eq!(
            [schedule.next_ready(), schedule.next_ready()],
            [Some(2), Some(3)]
        );
        assert_eq!(schedule.next_ready(), None);
        schedule.finish(2);
        assert_eq!(schedule.next_ready(), None);
        // Two are not answered that the module needs, and one that `f` needs.
        assert_eq!(schedule.next_held(), Some(1));
        schedule.finish(3);
        assert_eq!(schedule.next_ready(), None, "it has begun");
        schedule.finish(1);
        assert_eq!(schedule.next_ready(), Some(0));
        assert!(schedule.is_empty());
    }

    #[test]
    fn long_chains_and_wide_circles_take_no_recursion() {
        let lines = (0..5_000).map(|index| format!("def f{index}(): f{}()\n", (index + 1) % 5_000));
        let text: String = lines.collect();
        let (_, ids, order) = in_batches(&[("a.py", &text)]);
        assert_eq!(order.sequence().len(), ids.len());
        assert_eq!(order.places()[1].cut.len(), 1);
    }
}
