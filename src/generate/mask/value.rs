//! Whether a value is a secret, when its form does not tell.

/// How much the name of a value says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name {
    /// Such a name holds a secret unless the value is a placeholder.
    Secret(&'static str),
    /// Such a name may hold one: a parser has tokens too. The value must look random.
    Maybe(&'static str),
}

/// Ends of names, without `_`, `-` and case, and what they hold.
const NAMES: &[(&str, Name)] = &[
    ("password", Name::Secret("password")),
    ("passwd", Name::Secret("password")),
    ("passphrase", Name::Secret("password")),
    ("pwd", Name::Secret("password")),
    ("apikey", Name::Secret("API key")),
    ("appkey", Name::Secret("API key")),
    ("secretkey", Name::Secret("secret key")),
    ("privatekey", Name::Secret("private key")),
    ("accesskey", Name::Secret("access key")),
    ("accesskeyid", Name::Maybe("access key")),
    ("accountkey", Name::Secret("access key")),
    ("subscriptionkey", Name::Secret("access key")),
    ("storagekey", Name::Secret("access key")),
    ("masterkey", Name::Secret("secret key")),
    ("encryptionkey", Name::Secret("secret key")),
    ("signingkey", Name::Secret("secret key")),
    ("sharedkey", Name::Secret("secret key")),
    ("authkey", Name::Secret("secret key")),
    ("secret", Name::Secret("secret")),
    ("connectionstring", Name::Secret("connection string")),
    ("connstr", Name::Secret("connection string")),
    ("accesstoken", Name::Secret("token")),
    ("authtoken", Name::Secret("token")),
    ("apitoken", Name::Secret("token")),
    ("refreshtoken", Name::Secret("token")),
    ("bearertoken", Name::Secret("token")),
    ("sastoken", Name::Secret("token")),
    ("token", Name::Maybe("token")),
    ("credential", Name::Maybe("secret")),
    ("credentials", Name::Maybe("secret")),
];

/// What a name says about its value; the longest end counts.
pub(super) fn name(name: &str) -> Option<Name> {
    let bare: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let bare = bare.trim_end_matches(|c: char| c.is_ascii_digit());
    let ends = NAMES.iter().filter(|(end, _)| bare.ends_with(end));
    ends.max_by_key(|(end, _)| end.len()).map(|(_, name)| *name)
}

/// Whether the value of a secret's name is one, and what to call it.
pub(super) fn named_secret(name: Name, value: &str) -> Option<&'static str> {
    let (kind, is_secret) = match name {
        Name::Secret(kind @ "connection string") => (kind, holds_credentials(value)),
        Name::Secret(kind) => (kind, is_plausible(value)),
        Name::Maybe(kind) => (kind, is_plausible(value) && looks_random(value)),
    };
    is_secret.then_some(kind)
}

/// Parts of a connection string that are secret, or an address with a user.
fn holds_credentials(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let marks = ["key=", "password=", "pwd=", "secret=", "signature=", "@"];
    marks.iter().any(|mark| lower.contains(mark)) && !value.contains("<masked: ")
}

/// Whether a value can be a secret at all: no placeholder, no template, no words.
fn is_plausible(value: &str) -> bool {
    let bare = without_fields(value);
    bare.len() >= 4 && !bare.contains([' ', '\t', '<', '>']) && !is_placeholder(&bare)
}

/// A value without `{fields}`, as in an f-string.
fn without_fields(value: &str) -> String {
    let mut bare = String::new();
    let mut depth = 0_usize;
    for c in value.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            c if depth == 0 => bare.push(c),
            _ => {}
        }
    }
    bare
}

/// What stands where a secret is to be put, in lower case.
const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "change-me",
    "change_me",
    "your",
    "example",
    "placeholder",
    "dummy",
    "redacted",
    "replace",
    "insert",
    "xxxx",
    "****",
    "....",
    "todo",
    "none",
    "null",
    "true",
    "false",
    "undefined",
    "unset",
    "optional",
    "required",
    "default",
    "masked",
    "mysecret",
];

/// Words of labels: `password_field = "new_password"` names a field.
const LABELS: &[&str] = &[
    "pass", "pwd", "secret", "token", "key", "cred", "auth", "login", "hidden", "string", "text",
    "field", "input", "hash", "bearer", "basic", "bcrypt", "argon", "oauth", "sign", "name",
];

/// Whether a value only says where a secret belongs, or names something.
pub(super) fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let mut chars = lower.chars();
    let first = chars.next();
    let is_one_char = chars.all(|c| Some(c) == first);
    let is_template = value.starts_with('$') && !value.starts_with("$2")
        || ["%s", "%(", "${", "$(", "{{", "://"]
            .iter()
            .any(|mark| value.contains(mark));
    let is_words = lower
        .chars()
        .all(|c| c.is_ascii_alphabetic() || "_-./:*".contains(c));
    let is_label = is_words && LABELS.iter().any(|label| lower.contains(label));
    let is_path = is_words && (lower.contains('/') || lower.matches('.').count() > 1);
    let is_file = [
        ".pem", ".key", ".json", ".txt", ".crt", ".py", ".toml", ".html",
    ]
    .iter()
    .any(|end| lower.ends_with(end));
    let is_known = PLACEHOLDERS.iter().any(|word| match *word {
        "your" | "change-me" | "change_me" | "changeme" | "xxxx" | "****" | "example"
        | "placeholder" | "redacted" | "masked" => lower.contains(word),
        word => lower == *word || is_words && lower.starts_with(word),
    });
    is_one_char || is_template || is_label || is_path || is_file || is_known
}

/// Letters and digits mixed, as nobody writes a word.
pub(super) fn looks_random(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.bytes().filter(u8::is_ascii_alphabetic).count();
    value.len() >= 8 && digits >= 2 && letters >= 2 && distinct(value) >= 6
}

/// Letters and at least a digit: what stands after a secret's name in prose without quotes is a
/// word of the sentence otherwise.
pub(super) fn is_no_word(value: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| value.as_bytes().iter().any(kind);
    has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
}

fn distinct(value: &str) -> usize {
    let mut seen = [false; 256];
    for byte in value.bytes() {
        seen[usize::from(byte)] = true;
    }
    seen.iter().filter(|seen| **seen).count()
}

/// Lengths of a literal that may be a secret for its entropy alone: shorter ones are too often
/// names, longer ones data.
const RANDOM_CHARS: std::ops::RangeInclusive<usize> = 24..=256;

/// Bits a character from which a text is random. Random text over 64 characters has 4.2 bits at 24
/// of them and 4.7 at 40; English and identifiers stay below 4.
const RANDOM_BITS: f64 = 4.1;

/// Characters without `_`, `-` or `/` that a random text has somewhere: parts of names are shorter.
const RANDOM_RUN: usize = 16;

/// Whether a whole literal is one word of random characters. Hexadecimal digits stay, since they
/// are hashes and identifiers far more often than keys; so does text in base64.
pub(super) fn is_random(value: &str) -> bool {
    let is_word = |c: u8| c.is_ascii_alphanumeric() || b"+/=_-".contains(&c);
    let count = |kind: fn(&u8) -> bool| value.bytes().filter(kind).count();
    RANDOM_CHARS.contains(&value.len())
        && value.bytes().all(is_word)
        && !value.bytes().all(|c| c.is_ascii_hexdigit() || c == b'-')
        && count(u8::is_ascii_digit) >= 3
        && count(u8::is_ascii_uppercase) >= 3
        && count(u8::is_ascii_lowercase) >= 3
        && value
            .split(['_', '-', '/'])
            .any(|part| part.len() >= RANDOM_RUN)
        && digits_inside(value) >= 2
        && entropy(value) >= RANDOM_BITS
        && !has_sequence(value)
        && !is_text_in_base64(value)
}

/// Digits with a letter after them: `Groote2016` has none.
fn digits_inside(value: &str) -> usize {
    let pairs = value.as_bytes().windows(2);
    pairs
        .filter(|pair| pair[0].is_ascii_digit() && pair[1].is_ascii_alphabetic())
        .count()
}

/// Shannon's entropy of the bytes, in bits a byte.
fn entropy(value: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in value.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let total = f64::from(counts.iter().sum::<u32>());
    let bits = |count: &u32| {
        let share = f64::from(*count) / total;
        -share * share.log2()
    };
    counts.iter().filter(|count| **count > 0).map(bits).sum()
}

/// Six characters that follow each other, as in an alphabet.
fn has_sequence(value: &str) -> bool {
    value.as_bytes().windows(6).any(|run| {
        run.windows(2)
            .all(|pair| pair[0].checked_add(1) == Some(pair[1]))
    })
}

/// Whether a value is readable text in base64.
fn is_text_in_base64(value: &str) -> bool {
    let mut bytes = Vec::new();
    let (mut bits, mut filled) = (0_u32, 0);
    for c in value.bytes().filter(|c| *c != b'=') {
        let six = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' | b'-' => 62,
            _ => 63,
        };
        bits = bits << 6 | u32::from(six);
        filled += 6;
        if filled >= 8 {
            filled -= 8;
            bytes.push((bits >> filled & 0xff) as u8);
        }
    }
    bytes
        .iter()
        .all(|c| matches!(c, b' '..=b'~' | b'\n' | b'\r' | b'\t'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_by_its_end() {
        assert_eq!(name("DB_PASSWORD"), Some(Name::Secret("password")));
        assert_eq!(name("clientSecret2"), Some(Name::Secret("secret")));
        assert_eq!(name("access-token"), Some(Name::Secret("token")));
        assert_eq!(name("token"), Some(Name::Maybe("token")));
        for other in [
            "password_field",
            "tokenizer",
            "secretary",
            "key",
            "passwords",
            "",
        ] {
            assert_eq!(name(other), None, "{other}");
        }
    }

    #[test]
    fn a_random_literal_is_told_from_names_and_data() {
        let random = ["a7Kq2xZ9", "mW4tLr8V", "cN1yHs6P", "eJ3uGb5D"].concat();
        assert!(is_random(&random));
        assert!(is_random(&format!("{random}{random}==")));
        for other in [
            "North_American_Datum_1983_CSRS",
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "bG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQsIGNvbnNlY3RldHVyIDEyMw==",
            "HTTPConnectionPoolWithRetriesAndBackoff2",
            "FiberForceLengthPassiveInverseDeGroote2016",
        ] {
            assert!(!is_random(other), "{other}");
        }
        assert!(!is_random(&random[..20]) && !is_random(&random.repeat(20)));
    }

    #[test]
    fn entropy_is_shannon_s() {
        assert!((entropy("aabb") - 1.0).abs() < 1e-9);
        assert!((entropy("abcd") - 2.0).abs() < 1e-9);
        assert!(entropy("aaaa").abs() < 1e-9);
    }
}
