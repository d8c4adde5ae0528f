//! Whether an argument that is gone and one that is new are the same under another name.

use super::arguments::SEVERAL;
use super::{Finding, Mender, Step};
use crate::docstring::{ArgumentClaim, Claims, Edited};
use crate::generate::shown_type::shown_type;
use crate::generate::words::words_of;
use crate::python::Parameter;
use crate::rules::{RuleCode, drifts_of};

/// Pairs that are compared; a docstring that has more is about something else.
const MAX_PAIRS: usize = 64;

/// What speaks for it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Verdict {
    /// They are one, and how alike the names are.
    Same(f64),
    /// Nothing speaks against it, and too little for it.
    Unknown,
    Different,
}

impl Mender<'_> {
    /// The pair of a gone and a new argument that are most surely the same.
    pub(super) fn renamed(&self, open: &[Finding]) -> Option<(Finding, Finding)> {
        let pairs = self.pairs(open);
        let same = pairs
            .into_iter()
            .filter_map(|(gone, new, verdict)| match verdict {
                Verdict::Same(likeness) => Some((likeness, gone, new)),
                _ => None,
            });
        let best = same.max_by(|one, other| one.0.total_cmp(&other.0));
        best.map(|(_, gone, new)| (gone, new))
    }

    /// A pair that may be the same.
    pub(super) fn perhaps_renamed(&self, open: &[Finding]) -> Option<(Finding, Finding)> {
        let mut pairs = self.pairs(open).into_iter();
        pairs
            .find(|(_, _, verdict)| *verdict == Verdict::Unknown)
            .map(|(gone, new, _)| (gone, new))
    }

    fn pairs(&self, open: &[Finding]) -> Vec<(Finding, Finding, Verdict)> {
        let of = |code: RuleCode| open.iter().filter(move |finding| finding.code == code);
        let (gone_count, new_count) = (of(RuleCode::DOC102).count(), of(RuleCode::D417).count());
        if gone_count == 0 || new_count == 0 || gone_count * new_count > MAX_PAIRS {
            return Vec::new();
        }
        let claims = Claims::read(self.edited.text());
        let mut pairs = Vec::new();
        for gone in of(RuleCode::DOC102) {
            let claim = claims
                .described()
                .find(|claim| Some(&claim.at) == gone.drift.at.as_ref());
            let Some(claim) = claim else { continue };
            for new in of(RuleCode::D417) {
                let parameter = self
                    .speaker
                    .given_parameters()
                    .find(|one| one.name == new.name);
                let Some(parameter) = parameter else { continue };
                let is_only_pair = gone_count == 1 && new_count == 1;
                let verdict = self.verdict(&claims, claim, parameter, is_only_pair);
                pairs.push((gone.clone(), new.clone(), verdict));
            }
        }
        pairs
    }

    fn verdict(
        &self,
        claims: &Claims<'_>,
        gone: &ArgumentClaim<'_>,
        new: &Parameter,
        is_only_pair: bool,
    ) -> Verdict {
        if !new.kind.stars().is_empty() || SEVERAL.contains(&gone.name) {
            return Verdict::Different;
        }
        let is_at_same_place = self.is_at_same_place(claims, gone, new);
        let likeness = likeness(gone.name, &new.name);
        let (old_only, new_only) = (only_in(gone.name, &new.name), only_in(&new.name, gone.name));
        let speaks_of = |words: &[String]| words.iter().any(|word| mentions_word(gone.text, word));
        // «The start date.» is about `start_date`, however alike `end_date` is.
        let speaks_of_old = !new_only.is_empty() && speaks_of(&old_only) && !speaks_of(&new_only);
        let speaks_of_new = speaks_of(&new_only);
        if are_opposites(gone.name, &new.name) && !speaks_of_new {
            return Verdict::Different;
        }
        let has_same_type = same_telling_type(gone, new);
        let is_alike = likeness > 0.8 && !speaks_of_old;
        let evidence = [
            is_alike,
            speaks_of_new,
            has_same_type,
            has_same_telling_default(gone, new),
        ];
        let evidence = evidence.into_iter().filter(|one| *one).count();
        if !is_at_same_place && !is_alike {
            return Verdict::Different;
        }
        if self.is_contradicted(gone, new) {
            // What was renamed may have been retyped too.
            return if is_alike || is_at_same_place && speaks_of_new {
                Verdict::Unknown
            } else {
                Verdict::Different
            };
        }
        let is_same = match (is_at_same_place, is_only_pair) {
            (true, true) => evidence >= 1,
            (true, false) => is_alike,
            (false, true) => is_alike && likeness > 0.9,
            (false, false) => is_alike && (evidence >= 2 || likeness > 0.9),
        };
        if is_same {
            Verdict::Same(likeness + if is_at_same_place { 1.0 } else { 0.0 })
        } else if is_at_same_place {
            Verdict::Unknown
        } else {
            Verdict::Different
        }
    }

    /// Whether the parameter follows in the signature what the entry follows in the docstring.
    fn is_at_same_place(
        &self,
        claims: &Claims<'_>,
        gone: &ArgumentClaim<'_>,
        new: &Parameter,
    ) -> bool {
        let described: Vec<&str> = claims.described().map(|claim| claim.name).collect();
        let all: Vec<&str> = self
            .speaker
            .given_parameters()
            .map(|one| one.name.as_str())
            .collect();
        let is_kept = |name: &&&str| all.contains(*name) && described.contains(*name);
        let own = claims.described().position(|claim| claim.at == gone.at);
        let before_gone = described
            .get(..own.unwrap_or(0))
            .unwrap_or_default()
            .iter()
            .rev()
            .find(is_kept);
        let own = all.iter().position(|name| *name == new.name).unwrap_or(0);
        let before_new = all
            .get(..own)
            .unwrap_or_default()
            .iter()
            .rev()
            .find(is_kept);
        before_gone == before_new
    }

    /// Whether its type or default would be wrong under the new name.
    fn is_contradicted(&self, gone: &ArgumentClaim<'_>, new: &Parameter) -> bool {
        let mut renamed: Edited = self.edited.clone();
        renamed.replace(gone.at.clone(), &new.name);
        let found = drifts_of(&self.file.module, self.index, renamed.text(), self.rules);
        found.iter().any(|drift| {
            matches!(drift.code, RuleCode::DG105 | RuleCode::DG106)
                && drift.about == [new.name.as_str()]
        })
    }

    /// The name is replaced; the words stay.
    pub(super) fn rename(&mut self, findings: &[Finding]) -> Step {
        let [gone, new] = findings else {
            return Err("it is not clear which".to_owned());
        };
        let at = gone.drift.at.clone().ok_or("it has no place")?;
        self.edited.rename(&at, &new.name);
        Ok(format!("renamed `{}` to `{}`", gone.name, new.name))
    }

    /// A model that was shown both told the old words again, or new ones.
    pub(super) fn rename_if_told(&mut self, findings: &[Finding]) -> Step {
        let [gone, new] = findings else {
            return Err("it is not clear which".to_owned());
        };
        let unsettled = format!(
            "whether `{}` is now called `{}` the code does not tell",
            gone.name, new.name
        );
        let words = self.argument_words(&new.name);
        if !self.is_told_by_model() {
            return Err(unsettled);
        }
        let words = words?;
        let text = self.edited.text().to_owned();
        let claims = Claims::read(&text);
        let claim = claims
            .described()
            .find(|claim| Some(&claim.at) == gone.drift.at.as_ref());
        let claim = claim.ok_or(unsettled)?;
        if plain(claim.text) == plain(&words) {
            return self.rename(findings);
        }
        let removed = self.remove_argument(&findings[..1])?;
        // The other findings are those of the text as it is now.
        let added = self.add_argument(&findings[1..])?;
        Ok(format!("{removed}, {added}"))
    }
}

/// Words without their layout.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').to_lowercase()
}

/// How alike two names are, from 0 to 1.
fn likeness(old: &str, new: &str) -> f64 {
    let (lower_old, lower_new) = (old.to_lowercase(), new.to_lowercase());
    let squashed = |name: &str| name.replace('_', "");
    if squashed(&lower_old) == squashed(&lower_new) {
        return 1.0;
    }
    let (short, long) = if lower_old.len() < lower_new.len() {
        (&lower_old, &lower_new)
    } else {
        (&lower_new, &lower_old)
    };
    // `n` says nothing of `name`, `fn` little of `fname`; `dir` is short for `directory`.
    let is_short_form = short.len() >= 3 && long.starts_with(short.as_str());
    let (old_words, new_words) = (words_of(old), words_of(new));
    let shares_word = old_words
        .iter()
        .any(|word| word.len() >= 3 && new_words.contains(word));
    let likeness = strsim::jaro_winkler(&lower_old, &lower_new);
    if is_short_form || shares_word {
        likeness.max(0.9)
    } else if short.len() >= 4 {
        likeness - 0.05
    } else {
        0.0
    }
}

/// The words of `name` that `other` lacks, those of one or two letters aside.
fn only_in(name: &str, other: &str) -> Vec<String> {
    let others = words_of(other);
    let mut words = words_of(name);
    words.retain(|word| word.len() >= 3 && !others.contains(word));
    words
}

/// Whether the words name `word`, in whatever form.
fn mentions_word(text: &str, word: &str) -> bool {
    let stem = |word: &str| {
        let word = word.to_lowercase();
        let word = word
            .strip_suffix("es")
            .or_else(|| word.strip_suffix('s'))
            .unwrap_or(&word);
        word.to_owned()
    };
    let wanted = stem(word);
    text.split(|c: char| !c.is_alphanumeric())
        .any(|one| one.len() >= 3 && stem(one) == wanted)
}

/// Words that mean the opposite of each other.
const PAIRS: &[(&str, &str)] = &[
    ("min", "max"),
    ("minimum", "maximum"),
    ("start", "end"),
    ("start", "stop"),
    ("begin", "end"),
    ("first", "last"),
    ("source", "target"),
    ("source", "destination"),
    ("src", "dst"),
    ("src", "dest"),
    ("left", "right"),
    ("top", "bottom"),
    ("upper", "lower"),
    ("high", "low"),
    ("old", "new"),
    ("before", "after"),
    ("in", "out"),
    ("input", "output"),
    ("from", "to"),
    ("row", "column"),
    ("rows", "columns"),
    ("row", "col"),
    ("width", "height"),
    ("key", "value"),
    ("keys", "values"),
    ("read", "write"),
    ("send", "receive"),
    ("open", "close"),
    ("enable", "disable"),
    ("include", "exclude"),
    ("allow", "deny"),
    ("parent", "child"),
    ("client", "server"),
    ("request", "response"),
    ("success", "failure"),
    ("public", "private"),
    ("x", "y"),
];

/// Names that differ in words that mean the opposite, or in their numbers, are two things.
fn are_opposites(old: &str, new: &str) -> bool {
    let numbers = |name: &str| {
        name.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    if numbers(old) != numbers(new) && !numbers(old).is_empty() && !numbers(new).is_empty() {
        return true;
    }
    let (old, new) = (words_of(old), words_of(new));
    let has = |words: &[String], word: &str| words.iter().any(|one| one == word);
    PAIRS.iter().any(|(one, other)| {
        has(&old, one) && has(&new, other) && !has(&new, one)
            || has(&old, other) && has(&new, one) && !has(&new, other)
    })
}

/// Whether both tell one type, and one that few arguments have.
fn same_telling_type(gone: &ArgumentClaim<'_>, new: &Parameter) -> bool {
    const COMMON: &[&str] = &[
        "int",
        "str",
        "bool",
        "float",
        "bytes",
        "object",
        "any",
        "list",
        "dict",
        "tuple",
        "set",
        "none",
        "callable",
        "path",
        "string",
        "array_like",
        "ndarray",
        "array",
    ];
    let (Some(said), Some(meant)) = (gone.annotation, new.annotation.as_deref()) else {
        return false;
    };
    let meant = shown_type(meant).unwrap_or_default();
    let said = said
        .split(", optional")
        .next()
        .unwrap_or(said)
        .trim_matches('`')
        .trim();
    let base = |text: &str| text.to_lowercase().replace(" | none", "");
    base(said) == base(&meant) && !COMMON.contains(&base(said).as_str())
}

/// Whether both tell one default, and one that few arguments have.
fn has_same_telling_default(gone: &ArgumentClaim<'_>, new: &Parameter) -> bool {
    let Some(default) = new.default.as_deref() else {
        return false;
    };
    let is_telling =
        default.len() >= 3 && !matches!(default, "None" | "True" | "False" | "100" | "1.0" | "0.0");
    let told = [gone.annotation.unwrap_or_default(), gone.text]
        .join(" ")
        .to_lowercase();
    let bare = default.trim_matches(['"', '\'']).to_lowercase();
    is_telling && told.contains("default") && told.contains(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_alike_or_not() {
        for (old, new) in [
            ("colour", "color"),
            ("dir", "directory"),
            ("maxSize", "max_size"),
            ("count", "counts"),
            ("old_name", "new_name"),
        ] {
            assert!(likeness(old, new) > 0.8, "{old} {new}");
        }
        for (old, new) in [
            ("retries", "timeout"),
            ("a", "b"),
            ("n", "name"),
            ("x", "max"),
        ] {
            assert!(likeness(old, new) <= 0.8, "{old} {new}");
        }
    }

    #[test]
    fn opposites_are_two_things() {
        assert!(are_opposites("min_size", "max_size"));
        assert!(are_opposites("end", "start"));
        assert!(are_opposites("value1", "value2"));
        assert!(!are_opposites("start", "start_end"));
        assert!(!are_opposites("old_name", "name"));
    }
}
