//! English as far as drafts, checks of summaries and their scores need it.

/// The words of an identifier, in lower case: `parseHTTPReply_v2` gives `parse http reply v2`.
#[must_use]
pub(crate) fn words_of(identifier: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = identifier.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let lower_before = before.is_some_and(|c| c.is_lowercase() || c.is_numeric());
        let lower_after = chars.get(at + 1).is_some_and(|c| c.is_lowercase());
        let starts_word = c.is_uppercase()
            && (lower_before || (before.is_some_and(|c| c.is_uppercase()) && lower_after));
        if (c == '_' || starts_word) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c != '_' {
            word.extend(c.to_lowercase());
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// `word` with its first letter in upper case.
#[must_use]
pub(crate) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// The imperative of a verb in the third person («returns» gives «return»), if `word` is one.
#[must_use]
pub(crate) fn imperative(word: &str) -> Option<String> {
    let lower = word.to_lowercase();
    let stems = [
        lower.strip_suffix("ies").map(|stem| format!("{stem}y")),
        lower.strip_suffix("es").map(str::to_owned),
        lower.strip_suffix('s').map(str::to_owned),
    ];
    stems
        .into_iter()
        .flatten()
        .find(|stem| is_verb(stem) && *stem != lower)
}

/// Whether a word is a verb that names of functions begin with.
#[must_use]
pub(crate) fn is_verb(word: &str) -> bool {
    VERBS.split(' ').any(|verb| verb == word)
}

/// Verbs that names of functions begin with.
const VERBS: &str = "\
    abort accept acquire activate adapt add adjust advance aggregate align allocate allow \
    analyze annotate append apply approve archive ask assemble assert assign attach authenticate \
    authorize await backup begin bind block bootstrap break broadcast browse build cache \
    calculate call cancel capture cast catch change charge check choose clean clear click clone \
    close coerce collapse collect combine commit compare compile complete compose compress \
    compute configure confirm connect construct consume contain convert copy count create cut \
    deactivate debug decide declare decode decompress decorate decrease decrement decrypt \
    deduplicate define delegate delete deliver deny derive describe deserialize destroy detach \
    detect determine diff disable discard disconnect discover dispatch display divide do \
    download draw drop dump emit enable encode encrypt end enforce enqueue ensure enter \
    enumerate erase escape estimate evaluate exclude execute exit expand expect expire explain \
    export extend extract fail feed fetch fill filter finalize find finish fire fix flatten \
    flush fold follow force fork format forward free freeze gather generate get give go grant \
    group guess handle hash hide highlight hold identify ignore import include increase \
    increment indent infer inherit init initialize inject insert inspect install instantiate \
    intersect invalidate invert invoke isolate issue iter iterate join keep kill launch leave \
    limit link list listen load locate lock log look lookup lower make manage map mark mask \
    match measure merge migrate mock modify monitor mount move multiply negate normalize notify \
    observe obtain open order override pack pad parse partition pass patch pause perform persist \
    pick ping place plan plot poll pop populate post predict prefetch prepare prepend present \
    preserve prevent print process produce promote prompt propagate protect prove provide prune \
    publish pull purge push put query queue quit quote raise randomize rank read rebuild receive \
    recompute record recover redirect redo reduce refresh refund register reindex reject release \
    reload remember remove rename render reorder repair repeat replace reply report represent \
    request require reserve reset resize resolve respond restart restock restore restrict resume \
    retrieve retry return reverse revert revoke rewrite roll rollback rotate round route run \
    sample sanitize save scale scan schedule scrape search seek select send serialize serve set \
    setup ship show shuffle shutdown sign simplify simulate skip sleep slice sort spawn split \
    squash stage start stop store stream strip submit subscribe substitute subtract sum \
    summarize suspend swap switch sync synchronize take tear tell terminate test throw toggle \
    tokenize track train transfer transform translate traverse trigger trim truncate try turn \
    undo unescape uninstall unite unlink unlock unpack unregister unset unsubscribe unwrap \
    update upgrade upload use validate verify view visit wait wake walk warn watch withdraw work \
    wrap write yield zip";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_fall_into_words() {
        assert_eq!(
            words_of("parseHTTPReply_v2"),
            ["parse", "http", "reply", "v2"]
        );
        assert_eq!(words_of("__init__"), ["init"]);
        assert_eq!(words_of("OrderLine"), ["order", "line"]);
    }

    #[test]
    fn the_third_person_becomes_imperative() {
        assert_eq!(imperative("Returns").as_deref(), Some("return"));
        assert_eq!(imperative("Applies").as_deref(), Some("apply"));
        assert_eq!(imperative("Matches").as_deref(), Some("match"));
        assert_eq!(imperative("Class"), None);
        assert_eq!(imperative("Process"), None);
    }
}
