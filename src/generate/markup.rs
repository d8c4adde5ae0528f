//! Sections, fields, directives and tags that a model folded into prose: no reader takes them for
//! structure any more, and they are no words either.

use std::sync::LazyLock;

use regex::Regex;

/// The first piece of markup in the text, outside of backticks.
pub(super) fn holds_markup(text: &str) -> Option<String> {
    static MARKUP: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let section = "(?:^|[.!?:]\\s+|\\n\\s*)(?i:args|arguments|parameters|params|other parameters|\
                       keyword args|keyword arguments|returns|return|yields|raises|attributes|\
                       methods|see also|references)\\s*:\\s";
        let field = ":(?:param|parameter|arg|argument|key|keyword|type|returns?|rtype|raises?|yields?|\
                     ytype|var|ivar|cvar|vartype|meta)\\b[^`:\\n]*:";
        let directive = "\\.\\.\\s+[a-z][a-z-]*::?\\s";
        let tag = "</?[A-Za-z][A-Za-z0-9-]*(?:\\s[^<>]*)?/?>|<!--|&(?:lt|gt|amp|quot|#[0-9]+);";
        let other = "(?:^|\\s)@(?:param|parameter|return|returns|raise|raises|throws|type|rtype)\\b|(?:^|\\n)#{1,6}\\s";
        Regex::new(&format!("{section}|{field}|{directive}|{tag}|{other}")).ok()
    });
    let said: Vec<&str> = text.split('`').step_by(2).collect();
    // Code stays as a word, so that a sentence that begins with it is none that begins with a title.
    let said = said.join("x");
    let found = MARKUP.as_ref()?.find(&said)?;
    Some(found.as_str().trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_structure_is_found() {
        for text in [
            "Args: x: Not there.",
            "So. Returns: int: The x.",
            "So. Raises: Quasar: Never.",
            "So. :param x: Not there.",
            "So. .. code-block:: python X().",
            "Other Parameters: x: Not there.",
            "Do it <script>now</script>.",
            "One.<br/>Two.",
            "See <a href='x'>it</a> <!-- hidden -->.",
            "@param x not there",
            "# Heading.",
        ] {
            assert!(holds_markup(text).is_some(), "{text}");
        }
        for text in [
            "Note: this is slow. Returns early: nothing is left.",
            "Arguments, if any, are ignored; parameters, returns, and raises too.",
            "If a < b and c > d, or :class:`x` is <b.",
            "A `<br/>` tag. `Args:` is a header. `x`: y.",
            "The price is #1 at a@param.org, e.g. 1. one.",
        ] {
            assert_eq!(holds_markup(text), None, "{text}");
        }
    }
}
