//! What a function gives back, told by its own name.

use super::english::{self, Noun, is_adjective, is_one_of};
use super::lexicon::UNITS;
use super::phrase::{self, Action};
use super::sketch::{Sketch, class_of, is_vague};
use super::verbs;
use crate::docstring::words::words_of;
use crate::python::DecoratorRole;

/// Verbs whose object is what comes back.
const GIVING: &str = "\
    compute calculate determine return count list collect gather estimate sum guess infer predict \
    detect evaluate measure deduce show describe extract take receive provide derive discover \
    identify";

/// Verbs that give their object back in another form.
const CHANGING: &str = "\
    apply assemble canonicalize capitalize cast clean coerce collapse combine compile compress \
    concatenate convert copy crop decode decompress decrypt dedent deduplicate deserialize encode \
    encrypt escape expand filter flatten fold format group indent interpolate invert join mask \
    merge minify normalize pad parse prepare process quote redact reduce render replace reshape \
    resolve reverse rewrite rotate round sanitize scale serialize shift shorten shuffle simplify \
    slugify sort split stringify strip substitute tokenize transform translate transpose trim \
    truncate unescape unpack unquote unwrap update validate wrap factor adapt adjust align \
    annotate decorate extend hash humanize";

/// What comes back by the function's name: «the parsed date», «the total».
pub(super) fn by_name(sketch: &Sketch<'_>) -> Option<String> {
    let definition = sketch.definition;
    if definition.is_magic() {
        return None;
    }
    let words = words_of(&definition.name);
    if let Some(said) = converted(sketch, &words) {
        return said;
    }
    if super::decorator::wrapped(sketch).is_some() {
        return None;
    }
    let Some(action) = Action::of(sketch) else {
        let is_bare = words
            .first()
            .is_some_and(|word| english::is_preposition(word));
        if is_bare
            || words
                .last()
                .is_some_and(|word| english::is_preposition(word))
        {
            return None;
        }
        let noun = Noun::of(&definition.name)?;
        if is_adjective(noun.text()) || is_vague(noun.text()) {
            return None;
        }
        return Some(noun.with_the());
    };
    let at = action
        .rest
        .iter()
        .position(|word| english::is_preposition(word));
    let object = &action.rest[..at.unwrap_or(action.rest.len())];
    if object
        .iter()
        .any(|word| word == "all" || word == "everything")
        && object.len() == 1
    {
        return None;
    }
    let noun = if object.is_empty() {
        let named = phrase::returned_noun(sketch);
        if action.retrieves() || action.creates() {
            let new = if action.creates() { "new " } else { "" };
            return named.map(|noun| format!("the {new}{noun}"));
        }
        let first = sketch.required().next()?;
        Noun::of(&first.name).filter(|_| !is_one_of(&action.verb, GIVING))?
    } else {
        Noun::of_words(object)
    };
    let text = noun.text();
    if is_adjective(text) || action.verb.contains(' ') && !action.retrieves() && !action.creates() {
        return None;
    }
    if action.retrieves() || is_one_of(&action.verb, GIVING) {
        return (!is_vague(text)).then(|| noun.with_the());
    }
    if action.creates() {
        return Some(format!("the new {text}"));
    }
    // The annotation or the body says that the same kind of thing comes back.
    let gives_another = sketch.returned_type().is_some_and(|annotation| {
        matches!(
            class_of(annotation),
            Some("int" | "float" | "None" | "bool")
        )
    });
    let is_another = phrase::returned_noun(sketch)
        .is_some_and(|named| !named.contains(text) && !text.contains(&named));
    (is_one_of(&action.verb, CHANGING) && !gives_another && !is_another && !is_vague(text))
        .then(|| format!("the {} {text}", verbs::participle(&action.verb)))
}

/// What a conversion gives, by the name; the inner `None` if nothing can be said of it.
#[expect(
    clippy::option_option,
    reason = "whether it is a conversion, and whether its result has words"
)]
fn converted(sketch: &Sketch<'_>, words: &[String]) -> Option<Option<String>> {
    let at = words.iter().position(|word| word == "to");
    if let Some(to) = at.filter(|at| *at > 0).and_then(|at| words.get(at + 1..))
        && let [.., unit] = to
    {
        return Some(Some(if is_one_of(unit, UNITS) {
            format!("the value in {unit}")
        } else {
            Noun::of_words(to).with_the()
        }));
    }
    let (first, rest) = words.split_first()?;
    if rest.is_empty() || !matches!(first.as_str(), "to" | "as" | "from") {
        return None;
    }
    if first != "from" {
        let noun = Noun::of_words(rest);
        return Some((!is_adjective(noun.text())).then(|| noun.with_the()));
    }
    let is_made = sketch.class.is_none() || sketch.definition.has_role(DecoratorRole::ClassMethod);
    let noun = sketch.instance_noun().filter(|_| is_made);
    Some(noun.map(|noun| format!("the new {noun}")))
}
