//! Classes and what they derive from.

use std::collections::HashMap;

use super::DefinitionId;

/// One of the classes that a class gets its attributes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ancestor {
    /// A class of the project, the class itself included.
    Class(DefinitionId),
    /// A class that the project does not define, or one that cannot be told; its name as written.
    Outside(String),
}

/// Classes followed in one line of descent: a class that is its own ancestor must not hang docgen.
const MAX_DEPTH: usize = 64;

/// The order in which the attributes of each class are looked for (Python's C3 linearization, «The
/// Python 2.3 Method Resolution Order»), by the direct bases of each.
pub(super) fn linearized(
    bases: &HashMap<DefinitionId, Vec<Ancestor>>,
) -> HashMap<DefinitionId, Vec<Ancestor>> {
    let mut orders = HashMap::new();
    let mut classes: Vec<DefinitionId> = bases.keys().copied().collect();
    classes.sort_unstable();
    for class in classes {
        linearize(class, bases, &mut orders, MAX_DEPTH);
    }
    orders
}

fn linearize(
    class: DefinitionId,
    bases: &HashMap<DefinitionId, Vec<Ancestor>>,
    orders: &mut HashMap<DefinitionId, Vec<Ancestor>>,
    left: usize,
) -> Vec<Ancestor> {
    if let Some(order) = orders.get(&class) {
        return order.clone();
    }
    let own = Ancestor::Class(class);
    // Nothing is known of a class with an order that Python would refuse.
    let unknown = || vec![own.clone(), Ancestor::Outside("?".to_owned())];
    let direct = bases.get(&class).map(Vec::as_slice).unwrap_or_default();
    if left == 0 {
        return unknown();
    }
    let mut lines: Vec<Vec<Ancestor>> = direct
        .iter()
        .map(|base| match base {
            Ancestor::Class(base) => linearize(*base, bases, orders, left - 1),
            outside @ Ancestor::Outside(_) => vec![outside.clone()],
        })
        .collect();
    lines.push(direct.to_vec());
    let order = match merge(lines) {
        Some(rest) if !rest.contains(&own) => std::iter::once(own).chain(rest).collect(),
        _ => unknown(),
    };
    orders.insert(class, order.clone());
    order
}

fn merge(mut lines: Vec<Vec<Ancestor>>) -> Option<Vec<Ancestor>> {
    let mut order = Vec::new();
    loop {
        lines.retain(|line| !line.is_empty());
        if lines.is_empty() {
            return Some(order);
        }
        let is_free = |one: &Ancestor| {
            !lines
                .iter()
                .any(|line| line.iter().skip(1).any(|other| other == one))
        };
        let next = lines
            .iter()
            .filter_map(|line| line.first())
            .find(|one| is_free(one))?
            .clone();
        for line in &mut lines {
            if line.first() == Some(&next) {
                line.remove(0);
            }
        }
        order.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(definition: usize) -> DefinitionId {
        DefinitionId {
            module: 0,
            definition,
        }
    }

    fn order(bases: &[(usize, &[usize])], class: usize) -> Vec<usize> {
        let bases = bases
            .iter()
            .map(|(class, bases)| {
                let bases = bases.iter().map(|base| Ancestor::Class(id(*base)));
                (id(*class), bases.collect())
            })
            .collect();
        linearized(&bases)[&id(class)]
            .iter()
            .map(|one| match one {
                Ancestor::Class(id) => id.definition,
                Ancestor::Outside(_) => 0,
            })
            .collect()
    }

    #[test]
    fn the_order_is_that_of_python() {
        // class 4(2, 3), 2(1), 3(1): the diamond.
        let diamond: &[(usize, &[usize])] = &[(1, &[]), (2, &[1]), (3, &[1]), (4, &[2, 3])];
        assert_eq!(order(diamond, 4), [4, 2, 3, 1]);
        // Orders that contradict each other, and a class that is its own base.
        let wrong: &[(usize, &[usize])] = &[(1, &[]), (2, &[1]), (3, &[1, 2]), (5, &[5])];
        assert_eq!(order(wrong, 3), [3, 0]);
        assert_eq!(order(wrong, 5), [5, 0]);
        let ring: &[(usize, &[usize])] = &[(1, &[2]), (2, &[1])];
        assert_eq!(order(ring, 1), [1, 0]);
    }
}
