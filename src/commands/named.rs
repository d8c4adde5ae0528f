//! Definitions by the names that people type.

/// Definitions that may have been meant, named at most.
const MOST_SIMILAR: usize = 3;

/// The one whose id is `name`, or else the only one whose id ends with it; or else the ids that may have
/// been meant.
pub(super) fn find<T: Copy>(
    ids: impl Iterator<Item = (T, String)>,
    name: &str,
) -> Result<T, Vec<String>> {
    let mut similar = Vec::new();
    for (one, whole) in ids {
        if whole == name {
            return Ok(one);
        }
        let rest = whole.strip_suffix(name);
        if !name.is_empty() && rest.is_some_and(|rest| rest.ends_with(['/', ':', '.'])) {
            similar.push((one, whole));
        }
    }
    if let [(one, _)] = &similar[..] {
        return Ok(*one);
    }
    let similar = similar.into_iter().map(|(_, whole)| whole);
    Err(similar.take(MOST_SIMILAR).collect())
}

/// The names that differ from `name` by a slip, the nearest first.
pub(super) fn near<'n>(names: impl Iterator<Item = &'n str>, name: &str) -> Vec<&'n str> {
    let slips = name.chars().count() / 4 + 1;
    let mut near: Vec<(usize, &str)> = names
        .map(|one| (strsim::damerau_levenshtein(one, name), one))
        .filter(|(distance, _)| *distance <= slips)
        .collect();
    near.sort_unstable();
    near.dedup();
    near.truncate(MOST_SIMILAR);
    near.into_iter().map(|(_, one)| one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_an_id_will_do_if_it_is_the_only_one() {
        let ids = ["a.py::C.f", "a.py::f", "b.py::C.g"];
        let find = |name| find(ids.iter().map(|id| (*id, (*id).to_owned())), name);
        assert_eq!(find("a.py::f"), Ok("a.py::f"));
        assert_eq!(find("C.g"), Ok("b.py::C.g"));
        assert_eq!(
            find("f"),
            Err(vec!["a.py::C.f".to_owned(), "a.py::f".to_owned()])
        );
        assert_eq!(find(""), Err(Vec::new()));
    }

    #[test]
    fn slips_are_few() {
        let names = ["Cart.total", "Cart.clear", "total"];
        assert_eq!(near(names.into_iter(), "Cart.totel"), ["Cart.total"]);
        assert!(near(names.into_iter(), "x").is_empty());
    }
}
