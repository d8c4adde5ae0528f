//! How this process was called, to be kept and shown.

use std::borrow::Cow;

/// What is kept of a command line: hooks name hundreds of files.
const MAX_CHARS: usize = 300;

/// The process's command line, without what may be secret in it: no flag takes a key, but addresses
/// can have passwords and queries.
pub(super) fn command_line() -> String {
    let arguments = std::env::args_os().skip(1);
    let arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
    described(arguments)
}

fn described(arguments: impl Iterator<Item = String>) -> String {
    let mut line = "docgen".to_owned();
    for argument in arguments {
        line.push(' ');
        line.push_str(&quoted(&without_secrets(&argument)));
    }
    if let Some((end, _)) = line.char_indices().nth(MAX_CHARS) {
        line.truncate(end);
        line.push_str("...");
    }
    line
}

/// An address without its password and query.
fn without_secrets(argument: &str) -> Cow<'_, str> {
    let Some((scheme, rest)) = argument.split_once("://") else {
        return Cow::Borrowed(argument);
    };
    let (address, query) = match rest.find(['?', '#']) {
        Some(at) => (&rest[..at], "?..."),
        None => (rest, ""),
    };
    let host = match address.rsplit_once('@') {
        Some((_, host)) => format!("...@{host}"),
        None => address.to_owned(),
    };
    Cow::Owned(format!("{scheme}://{host}{query}"))
}

/// An argument as a shell would take it.
fn quoted(argument: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./=:,+@%~?*[]\\".contains(c);
    if !argument.is_empty() && argument.chars().all(is_plain) {
        return Cow::Borrowed(argument);
    }
    Cow::Owned(format!("'{}'", argument.replace('\'', "'\\''")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(arguments: &[&str]) -> String {
        described(arguments.iter().map(|&one| one.to_owned()))
    }

    #[test]
    fn a_command_is_kept_as_it_could_be_typed_again() {
        assert_eq!(
            line(&["run", "src", "--language=de", "my code", "it's", ""]),
            r"docgen run src --language=de 'my code' 'it'\''s' ''"
        );
        let many = vec!["a.py"; 500];
        assert!(line(&many).len() < 310);
    }

    #[test]
    fn addresses_lose_what_may_be_secret() {
        assert_eq!(
            line(&["--endpoint=https://me:pa@ss@host.example/x?key=1#y"]),
            "docgen --endpoint=https://...@host.example/x?..."
        );
        assert_eq!(line(&["http://a.example/b"]), "docgen http://a.example/b");
    }
}
