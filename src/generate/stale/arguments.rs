//! Arguments that are gone, missing, out of order, or described with the wrong type or stars.

use super::{Finding, Mender, Step};
use crate::config::TypesInDocstring;
use crate::docstring::{
    ArgumentClaim, Beside, Claims, Docstring, Entry, Layout, NewEntry, Outline, Part, mentions,
};
use crate::generate::shown_type::shown_type;
use crate::python::Parameter;

impl Mender<'_> {
    pub(super) fn parameter(&self, name: &str) -> Option<&Parameter> {
        self.speaker.given_parameters().find(|one| one.name == name)
    }

    /// DOC102: the entry goes.
    pub(super) fn remove_argument(&mut self, findings: &[Finding]) -> Step {
        let [finding] = findings else {
            return Err("it is not clear which".to_owned());
        };
        let name = &finding.name;
        let text = self.edited.text().to_owned();
        let claims = Claims::read(&text);
        self.may_go(finding, &claims)?;
        let at = finding.drift.at.clone().ok_or("it has no place")?;
        if !self.edited.remove_entry(&at) {
            return Err("its entry cannot be taken out by itself".to_owned());
        }
        if !mentions(self.edited.text(), name).is_empty() {
            self.mend
                .left
                .push(format!("`{name}` is gone, but the text still speaks of it"));
        }
        Ok(format!("removed `{name}`"))
    }

    /// Whether what is said of a name that the signature lacks can speak of nothing else.
    fn may_go(&self, finding: &Finding, claims: &Claims<'_>) -> Result<(), String> {
        let name = &finding.name;
        if name.eq_ignore_ascii_case("none") {
            return Err("it says that there are none".to_owned());
        }
        if SEVERAL.contains(&name.as_str()) {
            return Err("it may describe several arguments".to_owned());
        }
        if TITLES.contains(&name.to_ascii_lowercase().as_str()) {
            return Err("it reads as a section's header".to_owned());
        }
        if self.is_template() {
            return Err(TEMPLATE.to_owned());
        }
        if self.takes_any_positional() {
            return Err("it may describe what the starred parameter takes".to_owned());
        }
        let mut described = claims.arguments.iter().filter(|one| !one.is_keywords);
        let is_in_first = described.next().is_none_or(|first| {
            first
                .arguments
                .iter()
                .any(|one| Some(&one.at) == finding.drift.at.as_ref())
        });
        let in_keywords = claims
            .arguments
            .iter()
            .filter(|one| one.is_keywords)
            .flat_map(|one| &one.arguments)
            .any(|one| Some(&one.at) == finding.drift.at.as_ref());
        if !is_in_first && !in_keywords {
            return Err("a second section describes it".to_owned());
        }
        let is_own = self
            .file
            .module
            .definitions
            .iter()
            .enumerate()
            .any(|(at, one)| {
                let is_class = at == self.index && !one.is_function();
                let is_inside = one.parent == Some(self.index) && !self.definition.is_function();
                (is_class || is_inside) && one.facts.attributes.iter().any(|one| one.name == *name)
            });
        if is_own {
            return Err("it is an attribute of the class".to_owned());
        }
        Ok(())
    }

    /// D417: an entry comes to its place in the signature's order.
    pub(super) fn add_argument(&mut self, findings: &[Finding]) -> Step {
        let [finding] = findings else {
            return Err("it is not clear which".to_owned());
        };
        let name = finding.name.as_str();
        let Some(parameter) = self.parameter(name).cloned() else {
            return Err("the signature lacks it".to_owned());
        };
        let text = self.edited.text().to_owned();
        if !text.contains('\n') {
            return Err("the docstring is one line".to_owned());
        }
        let claims = Claims::read(&text);
        if claims.described().any(|claim| claim.name == name) {
            return Err("it has an entry without words".to_owned());
        }
        if self.is_template() {
            return Err(TEMPLATE.to_owned());
        }
        if self.tells_argument(name) || !parameter.kind.stars().is_empty() && self.tells_series() {
            return Err("the docstring tells it in its own way".to_owned());
        }
        let words = self.argument_words(name)?;
        let annotation = self.shown_annotation(&parameter, &claims);
        let is_plain = parameter.kind.stars().is_empty();
        let has_others = claims.described().next().is_some();
        let is_typed = has_others && self.tells_types(&claims) || self.is_numpy();
        if self.is_drafted() && is_plain && annotation.is_none() && is_typed {
            return Err("its type and what it means take a model".to_owned());
        }
        let words = without_default_told_twice(&words, annotation.as_deref());
        let shown = self.shown_name(&parameter, &claims, &text);
        let entry = NewEntry {
            name: &shown,
            annotation: annotation.as_deref(),
            words,
        };
        let width = self.width();
        let is_put = match self.place_for(&parameter, &claims) {
            Some(Place::Beside(beside)) => self.edited.insert_entry(beside, &entry, width),
            Some(Place::AtEnd(at)) => self.edited.append_entry(at, &entry, width),
            None => {
                let content = Docstring {
                    args: vec![Entry {
                        name: shown.clone(),
                        annotation: annotation.clone(),
                        text: words.to_owned(),
                    }],
                    ..Docstring::default()
                };
                self.edited.insert_section(Part::Arguments, &content, width)
            }
        };
        if is_put {
            Ok(format!("added `{shown}`"))
        } else {
            Err("there is no safe place for its entry".to_owned())
        }
    }

    /// Beside the nearest parameter of the signature that is described, the one before first.
    fn place_for(&self, parameter: &Parameter, claims: &Claims<'_>) -> Option<Place> {
        let all: Vec<&Parameter> = self.speaker.given_parameters().collect();
        let own = all.iter().position(|one| one.name == parameter.name)?;
        let described = |one: &&Parameter| {
            claims
                .described()
                .find(|claim| claim.name == one.name)
                .map(|claim| claim.at.start)
        };
        let (before, after) = all.split_at(own);
        let before = before.iter().rev().find_map(described);
        let after = after.iter().skip(1).find_map(described);
        let beside = before
            .map(Beside::After)
            .or(after.map(Beside::Before))
            .map(Place::Beside);
        let section = claims.arguments.iter().find(|one| !one.is_keywords);
        beside.or_else(|| section.map(|section| Place::AtEnd(section.at.start)))
    }

    /// The name with its stars, unless the docstring leaves them out elsewhere.
    fn shown_name(&self, parameter: &Parameter, claims: &Claims<'_>, text: &str) -> String {
        let starred = self
            .speaker
            .given_parameters()
            .filter(|one| !one.kind.stars().is_empty());
        let mut shown = starred.filter_map(|one| {
            let claim = claims.described().find(|claim| claim.name == one.name)?;
            Some(text[..claim.at.start].ends_with('*'))
        });
        if shown.next() == Some(false) {
            parameter.name.clone()
        } else {
            parameter.starred_name()
        }
    }

    /// Whether the claim is about no starred parameter.
    fn is_plain(&self, claim: &ArgumentClaim<'_>) -> bool {
        self.parameter(claim.name)
            .is_none_or(|one| one.kind.stars().is_empty())
    }

    /// Whether the docstring tells types; the settings say so where it describes nothing.
    fn tells_types(&self, claims: &Claims<'_>) -> bool {
        let mut told = claims
            .described()
            .filter(|claim| self.is_plain(claim))
            .peekable();
        if told.peek().is_none() {
            return self.style.types == TypesInDocstring::Include || self.is_numpy();
        }
        told.any(|claim| claim.annotation.is_some())
    }

    /// The type as the docstring tells types, with what it puts beside those of optional ones.
    fn shown_annotation(&self, parameter: &Parameter, claims: &Claims<'_>) -> Option<String> {
        if !self.tells_types(claims) || !parameter.kind.stars().is_empty() {
            return None;
        }
        let told = claims.described();
        let told: Vec<&ArgumentClaim<'_>> = told.filter(|claim| self.is_plain(claim)).collect();
        let beside = parameter.default.as_deref().and_then(|default| {
            let types = told.iter().filter_map(|claim| claim.annotation);
            let mut types = types.map(str::to_ascii_lowercase);
            let has = |word: &str| types.clone().any(|text| text.contains(word));
            if has(", optional") || has("(optional)") {
                Some(", optional".to_owned())
            } else {
                let styles = [", default: ", ", default=", ", default "];
                let style = styles
                    .into_iter()
                    .find(|style| types.any(|text| text.contains(style)));
                style.map(|style| format!("{style}{default}"))
            }
        });
        let annotation = match parameter.annotation.as_deref() {
            Some(annotation) => type_of(annotation)?,
            None => type_of_literal(parameter.default.as_deref()?)?.to_owned(),
        };
        let annotation = match (&beside, parameter.default.as_deref()) {
            (Some(_), Some("None")) => without_none(&annotation).to_owned(),
            _ => annotation,
        };
        Some(annotation + &beside.unwrap_or_default())
    }

    /// DOC104: the entries are put in the signature's order.
    pub(super) fn reorder_arguments(&mut self, findings: &[Finding]) -> Step {
        let at = findings.first().and_then(|one| one.drift.at.clone());
        let at = at.ok_or("it has no place")?;
        let names: Vec<String> = self
            .speaker
            .given_parameters()
            .map(|one| one.name.clone())
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if self.edited.reorder(at.start, &names) {
            Ok("put the arguments in order".to_owned())
        } else {
            Err("entries for several names cannot be put in order".to_owned())
        }
    }

    /// DG105: the type is the annotation's.
    pub(super) fn retype_argument(&mut self, findings: &[Finding]) -> Step {
        let finding = findings.first().ok_or("it is not clear which")?;
        let said = finding.drift.said.clone().ok_or("the type has no place")?;
        let parameter = self.parameter(&finding.name).cloned();
        let parameter = parameter.ok_or("the signature lacks it")?;
        let annotation = parameter.annotation.as_deref().and_then(type_of);
        let annotation = annotation.ok_or("its annotation cannot be shown as a type")?;
        let text = self.edited.text();
        self.is_known_type(text.get(said.clone()).unwrap_or_default())?;
        let line = text
            .get(said.end..)
            .and_then(|rest| rest.split('\n').next());
        let is_optional = line.is_some_and(|rest| rest.trim_start().starts_with(", optional"));
        let annotation = if is_optional && parameter.default.as_deref() == Some("None") {
            without_none(&annotation).to_owned()
        } else {
            annotation
        };
        let old = text.get(said.clone()).unwrap_or_default().to_owned();
        self.edited.replace(said, &as_quoted(&old, &annotation));
        Ok(format!(
            "type of `{}`: `{old}` to `{annotation}`",
            finding.name
        ))
    }

    /// What the project defines elsewhere under the name may be another word for the annotation.
    pub(super) fn is_known_type(&self, said: &str) -> Result<(), String> {
        let names = said.split(|c: char| !c.is_alphanumeric() && c != '_');
        let module = &self.file.module;
        let is_foreign = |name: &&str| {
            let is_here = module.definitions.iter().any(|one| one.name == **name)
                || module.imports.iter().any(|(bound, _)| bound == *name);
            name.starts_with(char::is_uppercase) && !is_here && self.project.defines(name)
        };
        match names.into_iter().find(is_foreign) {
            Some(name) => Err(format!(
                "`{name}`, which is defined elsewhere, may stand for it"
            )),
            None => Ok(()),
        }
    }

    /// Stars that are wrong, or are missing where another entry has them, once something is mended
    /// anyway: no rule finds these.
    pub(super) fn stars(&mut self) {
        let text = self.edited.text().to_owned();
        let claims = Claims::read(&text);
        let outline = Outline::read(&text);
        let before = |claim: &ArgumentClaim<'_>| {
            let head = &text[..claim.at.start];
            head.len() - head.trim_end_matches('*').len()
        };
        let starred: Vec<(&Parameter, &ArgumentClaim<'_>)> = claims
            .described()
            .filter_map(|claim| {
                let parameter = self
                    .speaker
                    .given_parameters()
                    .find(|one| one.name == claim.name)?;
                (!parameter.kind.stars().is_empty()).then_some((parameter, claim))
            })
            .collect();
        let some_have = starred.iter().any(|(_, claim)| before(claim) > 0);
        let mut wrong: Vec<(usize, usize, &Parameter)> = starred
            .into_iter()
            .filter(|(parameter, claim)| {
                let is_plain = outline
                    .entry_at(claim.at.start)
                    .is_some_and(|(section, _)| section.layout != Layout::Sphinx);
                let escaped = text[..claim.at.start].trim_end_matches('*').ends_with('\\')
                    || text[..claim.at.start].ends_with("\\*");
                is_plain && !escaped && some_have && before(claim) != parameter.kind.stars().len()
            })
            .map(|(parameter, claim)| (claim.at.start, before(claim), parameter))
            .collect();
        wrong.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
        for (at, stars, parameter) in wrong {
            self.edited.replace(at - stars..at, parameter.kind.stars());
            let name = parameter.starred_name();
            self.mend.changes.push(format!("stars of `{name}`"));
        }
    }
}

/// The reason where a program completes the text.
pub(super) const TEMPLATE: &str = "a program completes the text";

/// Names that may be headers of sections, written in another way than the rules read.
const TITLES: &[&str] = &[
    "note",
    "notes",
    "warning",
    "warnings",
    "example",
    "examples",
    "see",
    "todo",
    "returns",
    "return",
    "raises",
    "yields",
    "attributes",
    "references",
    "usage",
    "methods",
    "properties",
];

/// Names that stand for several arguments.
pub(super) const SEVERAL: &[&str] = &[
    "args",
    "kwargs",
    "kwds",
    "kw",
    "keywords",
    "options",
    "params",
    "parameters",
    "arguments",
];

/// The annotation as a docstring shows it, names quoted for later without their quotes.
pub(super) fn type_of(annotation: &str) -> Option<String> {
    shown_type(annotation).map(|shown| {
        if shown.contains("Literal") || shown.contains("Annotated") {
            shown
        } else {
            shown.replace(['"', '\''], "")
        }
    })
}

/// Where a new entry goes.
enum Place {
    Beside(Beside),
    /// At the end of the section whose header is there.
    AtEnd(usize),
}

/// The type of what can have no other.
fn type_of_literal(default: &str) -> Option<&'static str> {
    match default {
        "True" | "False" => Some("bool"),
        text if text.starts_with(['"', '\'']) => Some("str"),
        _ => None,
    }
}

/// `X` for `X | None` and `Optional[X]`: «optional» stands beside it.
fn without_none(annotation: &str) -> &str {
    let inner = annotation
        .strip_suffix("| None")
        .or_else(|| annotation.strip_prefix("None |"))
        .map(str::trim);
    let optional = ["Optional[", "typing.Optional[", "t.Optional["]
        .into_iter()
        .find_map(|head| annotation.strip_prefix(head)?.strip_suffix(']'));
    inner.or(optional).unwrap_or(annotation)
}

/// The annotation in the backticks that the old type had.
pub(super) fn as_quoted(old: &str, annotation: &str) -> String {
    let marks = old.len() - old.trim_start_matches('`').len();
    let closing = old.len() - old.trim_end_matches('`').len();
    if marks == closing && marks > 0 && old.len() > 2 * marks {
        let marks = "`".repeat(marks);
        format!("{marks}{annotation}{marks}")
    } else {
        annotation.to_owned()
    }
}

/// A drafted «Defaults to» goes where the type tells the default already.
fn without_default_told_twice<'w>(words: &'w str, annotation: Option<&str>) -> &'w str {
    let is_told = annotation.is_some_and(|text| text.contains(", default"));
    match words.rfind(" Defaults to `") {
        Some(at) if is_told && words.ends_with("`.") => &words[..at],
        _ => words,
    }
}
