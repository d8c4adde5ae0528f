//! English verbs: which words of identifiers are ones, and their forms.

use super::english::is_one_of;
use crate::docstring::words;

/// Whether a word of an identifier is a verb in its place.
pub(super) fn is_verb(word: &str) -> bool {
    words::is_verb(word)
        || is_one_of(word, MORE)
        || (word.len() > 5 && (word.ends_with("ify") || word.ends_with("ize")))
}

/// Verbs that are nouns as often, at the beginning of a name: `order_total`, `list_price`.
pub(super) fn is_noun_too(word: &str) -> bool {
    is_one_of(word, NOUNS_TOO)
}

/// Whether a word is what names of things end with: `order_id`, `query_string`.
pub(super) fn ends_a_noun(word: &str) -> bool {
    is_one_of(word, HEADS)
}

/// Whether a word is the third person of a verb, as in names of tests: `returns`, `is`.
pub(super) fn is_third_person(word: &str) -> bool {
    matches!(
        word,
        "is" | "are" | "has" | "does" | "was" | "can" | "cannot" | "must" | "should" | "will"
    ) || words::imperative(word).is_some()
}

/// The past participle: «parse» gives «parsed», «find» gives «found».
pub(super) fn participle(verb: &str) -> String {
    if let Some((_, form)) = IRREGULAR.iter().find(|(plain, _)| *plain == verb) {
        return (*form).to_owned();
    }
    if is_one_of(verb, DOUBLED) {
        let last = verb.chars().last().unwrap_or_default();
        return format!("{verb}{last}ed");
    }
    if verb.ends_with('e') {
        return format!("{verb}d");
    }
    match verb.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ied"),
        _ => format!("{verb}ed"),
    }
}

/// A verb as an identifier has it, in full.
pub(super) fn spelled(verb: &str) -> &str {
    match verb {
        "init" => "initialize",
        "del" => "delete",
        "calc" => "calculate",
        "gen" => "generate",
        "iter" => "iterate over",
        "cmp" => "compare",
        "recv" => "receive",
        "exec" => "execute",
        "lookup" => "look up",
        "setup" => "set up",
        "shutdown" => "shut down",
        "cleanup" => "clean up",
        "teardown" => "tear down",
        "rollback" => "roll back",
        "backup" => "back up",
        "login" => "log in",
        "logout" => "log out",
        "eval" => "evaluate",
        "concat" => "concatenate",
        "sub" => "substitute",
        "div" => "divide",
        "mul" => "multiply",
        "dedup" | "dedupe" => "deduplicate",
        "loads" => "deserialize",
        "dumps" => "serialize",
        verb => verb,
    }
}

/// Verbs besides those that summaries are checked with.
const MORE: &str = "\
    bootstrap bump loads dumps calc center chain clip cleanup cmp concat concatenate contextualize \
    crop curate dedent dedup dedupe del demote deploy deprecate differentiate dismiss embed \
    encapsulate enrich erode eval exec extrapolate factor fetch fit fix gen generalize graph greet \
    hit humanize hydrate inflate instrument integrate intercept interpolate interpret introspect \
    justify login logout memoize minify minimize maximize mutate obfuscate optimize paginate paint \
    patch peek permute preload preprocess postprocess prettify prioritize probe quantize react \
    reconcile reconnect recv redact reload renew reserve reshape rewind round sanitize saturate \
    scrub scroll seal see shift shrink signal slugify smooth snapshot solve sanction squeeze \
    stringify stub subset suggest suppress teardown tag tidy trace transmit transpose truncate \
    unify unmark unpickle unquote unregister untrack update upsert vectorize yank fade teach sell \
    buy pay ship restock deduct refine simplify specialize rationalize canonicalize diagonalize \
    invert evolve emulate simulate rotate reflect inspect dissect crunch measure print pprint stop \
    touch poll drain settle shorten lengthen widen sharpen blur ensure";

const NOUNS_TOO: &str = "\
    access address alert attempt average backup base batch block build cache call change charge \
    check class click color copy count debug default delay diff display download draft drop dump \
    end estimate exit export factor feed file fill filter fix flag flow force fork form format \
    function graph group guess handle hash head help hint hold host import index input insert \
    issue item job join key kill label launch layout level limit link list load lock log login \
    logout lookup map mark mask match measure mock module move name note offset order output \
    override pack package page pass patch pause ping place plan plot point post present price \
    print process produce profile project promise prompt purchase query queue quote range rank \
    rate record redirect reference refund release render reply report request reset result return \
    review reward route row run sample scale scan schedule score search select session set setup \
    shape shift show sign signal size slice sort source split stage start state stop store stream \
    strip style sum support switch table tag target task test time title token trace track train \
    transfer transform trigger turn type update upload use user value view visit wait walk watch \
    work wrap yield zip field model content child parent node path charset object open close merge";

const HEADS: &str = "\
    address args attr attrs body charset class cls code codes color cost count data date day days \
    dict dir error errors factory field fields file fn format func function hash header headers \
    height id ids index indices info items key keys kind kwargs label length level limit line list \
    map mode name names number object offset options order page params path paths pattern \
    percentage point points position prefix price query range rate ratio result results rule rules \
    score size sizes source state stats status string style suffix summary table tag target \
    template text time timeout title token total totals tree type types unit url urls value values \
    version view weight width word words builder handler manager model node plan report method \
    argument arguments expression variable variables coefficient degree matrix lines columns rows \
    steps average";

const IRREGULAR: &[(&str, &str)] = &[
    ("begin", "begun"),
    ("bind", "bound"),
    ("break", "broken"),
    ("build", "built"),
    ("catch", "caught"),
    ("choose", "chosen"),
    ("cut", "cut"),
    ("do", "done"),
    ("draw", "drawn"),
    ("feed", "fed"),
    ("find", "found"),
    ("freeze", "frozen"),
    ("get", "gotten"),
    ("give", "given"),
    ("go", "gone"),
    ("hide", "hidden"),
    ("hold", "held"),
    ("keep", "kept"),
    ("leave", "left"),
    ("make", "made"),
    ("override", "overridden"),
    ("pay", "paid"),
    ("put", "put"),
    ("quit", "quit"),
    ("read", "read"),
    ("rebuild", "rebuilt"),
    ("redo", "redone"),
    ("reset", "reset"),
    ("rewrite", "rewritten"),
    ("run", "run"),
    ("see", "seen"),
    ("seek", "sought"),
    ("sell", "sold"),
    ("send", "sent"),
    ("set", "set"),
    ("show", "shown"),
    ("shrink", "shrunk"),
    ("split", "split"),
    ("take", "taken"),
    ("teach", "taught"),
    ("tear", "torn"),
    ("tell", "told"),
    ("throw", "thrown"),
    ("undo", "undone"),
    ("unset", "unset"),
    ("withdraw", "withdrawn"),
    ("write", "written"),
    ("buy", "bought"),
    ("hit", "hit"),
    ("rewind", "rewound"),
    ("fit", "fitted"),
    ("wake", "woken"),
];

const DOUBLED: &str = "\
    clip commit crop drop emit fit flip log map pad permit pin plan plot plug pop prefer refer \
    scan ship skip snap stop strip stub submit swap tag transfer transmit trim unwrap unzip wrap \
    zip scrub stem dedup defer infer";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_have_their_forms() {
        for (verb, past) in [
            ("parse", "parsed"),
            ("strip", "stripped"),
            ("copy", "copied"),
            ("find", "found"),
            ("decode", "decoded"),
            ("run", "run"),
            ("delay", "delayed"),
        ] {
            assert_eq!(participle(verb), past);
        }
    }
}
