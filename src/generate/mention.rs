//! What in prose speaks of code: what stands in backticks, and words that are evidently identifiers.

/// A piece of prose that speaks of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mention<'t> {
    /// In backticks, of one or two, with or without a role before them.
    Quoted(&'t str),
    /// A word outside of backticks that can only be an identifier: `load_config`, `run()`,
    /// `os.path.join`, `FooBar`.
    Bare(&'t str),
}

/// The pieces of `text` that speak of code, in order; `None` if a backtick has no partner, so that
/// readers may take any of it for code.
pub(super) fn mentions(text: &str) -> Option<Vec<Mention<'_>>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('`') {
        bare(&rest[..open], &mut found);
        let after = &rest[open..];
        let ticks = after.len() - after.trim_start_matches('`').len();
        let inner = &after[ticks..];
        let close = closing(inner, ticks)?;
        found.push(Mention::Quoted(&inner[..close]));
        rest = &inner[close + ticks..];
    }
    bare(rest, &mut found);
    Some(found)
}

/// Where the run of as many backticks begins that ends what so many began.
fn closing(text: &str, ticks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        let length = text[start..].len() - text[start..].trim_start_matches('`').len();
        if length == ticks {
            return (start > 0).then_some(start);
        }
        at = start + length;
    }
    None
}

/// What a role refers to: `~pkg.Name`, `!name` and `title <target>` give the target.
pub(super) fn target(quoted: &str) -> &str {
    let inner = match (quoted.rfind('<'), quoted.strip_suffix('>')) {
        (Some(open), Some(closed)) if open > 0 => &closed[open + 1..],
        _ => quoted,
    };
    inner.trim().trim_start_matches(['~', '!'])
}

fn bare<'t>(prose: &'t str, found: &mut Vec<Mention<'t>>) {
    for word in prose.split(|c: char| c.is_whitespace() || "\"“”«»;|".contains(c)) {
        if word.contains("://") || word.contains('@') || word.starts_with(['/', '-', '$', '%', '#'])
        {
            continue;
        }
        let parts = word.split([
            '/', ',', '=', '[', ']', '{', '}', '<', '>', ':', '—', '–', '…',
        ]);
        found.extend(parts.filter_map(identifier).map(Mention::Bare));
    }
}

/// The identifier that a word of prose evidently is.
fn identifier(word: &str) -> Option<&str> {
    let word = word.trim_start_matches(['(', '\'', '‘', '*', '.']);
    let called = word.find("()");
    // `load_all(path)`, but `item(s)`.
    let opened = word.find('(').filter(|at| *at > 0);
    let name = match (called, opened) {
        (Some(end), _) => &word[..end],
        (None, Some(end)) => word[..end].trim_end_matches(|c: char| !is_word(c)),
        (None, None) => word.trim_end_matches(|c: char| !is_word(c)),
    };
    let name = name.trim_end_matches("'s").trim_end_matches("’s");
    let parts: Vec<&str> = name.split('.').collect();
    let is_name = |part: &&str| -> bool {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_') && part.chars().all(is_word)
    };
    if name.is_empty() || !parts.iter().all(is_name) {
        return None;
    }
    let has_letter = name.chars().any(char::is_alphabetic);
    let is_evident = match parts.as_slice() {
        [one] => called.is_some() || one.contains('_') || is_camel(one),
        parts => called.is_some() || is_dotted_code(parts),
    };
    (has_letter && is_evident).then_some(name)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// `FooBar`, `fooBar`, `HTTPServer`; no brand, unit or plural (`URLs`).
fn is_camel(word: &str) -> bool {
    let singular = word.strip_suffix('s').unwrap_or(word);
    if BRANDS.contains(&word) || BRANDS.contains(&singular) {
        return false;
    }
    let acronym = ["ed", "ing", "ish"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending));
    if acronym.is_some_and(|acronym| acronym.chars().all(char::is_uppercase)) {
        return false;
    }
    let chars: Vec<char> = word.chars().collect();
    let rises = chars
        .windows(2)
        .any(|pair| pair[0].is_lowercase() && pair[1].is_uppercase());
    let after_acronym = chars.windows(4).any(|four| {
        four[..2].iter().all(|c| c.is_uppercase()) && four[2..].iter().all(|c| c.is_lowercase())
    });
    rises || after_acronym
}

/// `os.path.join`, `module.Class`; no file, host, abbreviation or sentence end without its blank.
fn is_dotted_code(parts: &[&str]) -> bool {
    let is_marked = parts
        .iter()
        .any(|part| part.contains('_') || is_camel(part));
    let last = parts.last().copied().unwrap_or_default();
    let is_file = ENDINGS.contains(&last.to_lowercase().as_str());
    let is_short = parts.iter().any(|part| part.chars().count() < 2);
    let ends_sentence = parts
        .windows(2)
        .any(|pair| pair[1].starts_with(char::is_uppercase) && !pair[0].contains('_'));
    !is_file && (is_marked || !is_short && !ends_sentence)
}

/// What files and hosts end with.
const ENDINGS: &[&str] = &[
    "ai",
    "app",
    "bat",
    "bin",
    "bz2",
    "c",
    "cfg",
    "com",
    "conf",
    "cpp",
    "css",
    "csv",
    "db",
    "dev",
    "dll",
    "doc",
    "docx",
    "edu",
    "env",
    "exe",
    "gif",
    "gov",
    "gz",
    "h",
    "htm",
    "html",
    "ico",
    "in",
    "ini",
    "io",
    "ipynb",
    "jpeg",
    "jpg",
    "js",
    "json",
    "key",
    "local",
    "localhost",
    "lock",
    "log",
    "md",
    "net",
    "org",
    "parquet",
    "pdf",
    "pem",
    "php",
    "pkl",
    "png",
    "po",
    "py",
    "pyc",
    "pyi",
    "rst",
    "sh",
    "so",
    "sql",
    "sqlite",
    "sqlite3",
    "svg",
    "tar",
    "tf",
    "toml",
    "ts",
    "tsv",
    "txt",
    "uk",
    "wav",
    "whl",
    "xls",
    "xlsx",
    "xml",
    "yaml",
    "yml",
    "zip",
];

/// Files that every project may have, and that are spoken of in backticks.
pub(super) const USUAL_FILES: &[&str] = &[
    "__init__.py",
    "__main__.py",
    "conftest.py",
    "pyproject.toml",
    "requirements.txt",
    "setup.cfg",
    "setup.py",
];

/// Words of prose with a capital inside.
const BRANDS: &[&str] = &[
    "AngularJS",
    "BibTeX",
    "BigQuery",
    "BitBucket",
    "BoringSSL",
    "CPython",
    "CamelCase",
    "CapWords",
    "ClickHouse",
    "CloudFormation",
    "CloudFront",
    "CloudWatch",
    "CouchDB",
    "CoffeeScript",
    "DevOps",
    "DynamoDB",
    "ETag",
    "GeoRSS",
    "HStore",
    "SameSite",
    "ECMAScript",
    "ElasticSearch",
    "FastAPI",
    "FreeBSD",
    "GeoJSON",
    "GeoIP",
    "GiB",
    "GitHub",
    "GitLab",
    "GraphQL",
    "GraphViz",
    "HiDPI",
    "IPython",
    "InfluxDB",
    "IronPython",
    "JavaScript",
    "KiB",
    "LaTeX",
    "LibreOffice",
    "LibreSSL",
    "LinkedIn",
    "MacOS",
    "MacOSX",
    "MariaDB",
    "MathJax",
    "MathML",
    "MathWorks",
    "McCabe",
    "MiB",
    "MongoDB",
    "MyPy",
    "MySQL",
    "NaN",
    "NaNs",
    "NetBSD",
    "NoSQL",
    "NumPy",
    "OAuth",
    "OAuth1",
    "OAuth2",
    "OneDrive",
    "OpenAI",
    "OpenAPI",
    "OpenBSD",
    "OpenCV",
    "OpenGL",
    "OpenID",
    "OpenSSH",
    "OpenSSL",
    "OpenSearch",
    "OpenStreetMap",
    "OpenType",
    "PascalCase",
    "PayPal",
    "PhD",
    "PiB",
    "PostGIS",
    "PostScript",
    "PostgreSQL",
    "PowerPoint",
    "PowerShell",
    "PyArrow",
    "PyCharm",
    "PyPI",
    "PyPy",
    "PySpark",
    "PyTorch",
    "QuickTime",
    "RabbitMQ",
    "ReStructuredText",
    "ReportLab",
    "SciPy",
    "SharePoint",
    "SpatiaLite",
    "SQLite",
    "StackOverflow",
    "TeX",
    "TensorFlow",
    "TiB",
    "TrueType",
    "TypeScript",
    "VSCode",
    "WebAssembly",
    "WebDAV",
    "WebDriver",
    "WebGL",
    "WebKit",
    "WebRTC",
    "WebSocket",
    "WordPress",
    "XeTeX",
    "YouTube",
    "ZeroMQ",
    "camelCase",
    "dB",
    "eBay",
    "gRPC",
    "gVisor",
    "iCal",
    "iCalendar",
    "iOS",
    "iPad",
    "iPhone",
    "jQuery",
    "kB",
    "kHz",
    "kWh",
    "mA",
    "mW",
    "macOS",
    "matplotLib",
    "mV",
    "pH",
    "reStructuredText",
    "GHz",
    "MHz",
    "THz",
    "Mbit",
    "Gbit",
    "SaaS",
    "PaaS",
    "IaaS",
    "UIs",
    "IDs",
    "JSONPath",
    "XPath",
    "YAMLs",
    "HTTPx",
    "HTTPs",
    "IPv4",
    "IPv6",
    "LLMs",
    "OSes",
    "APIs",
];

/// A name with attributes in a piece of code: its parts, and whether a dot goes before the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Path<'t> {
    pub(super) parts: Vec<&'t str>,
    pub(super) is_attribute: bool,
}

/// The names in a piece of code, and the contents of its string literals.
pub(super) fn names_in(code: &str) -> (Vec<Path<'_>>, Vec<&str>) {
    let (mut paths, mut literals) = (Vec::new(), Vec::new());
    let mut rest = code;
    let mut after_dot = false;
    while let Some(c) = rest.chars().next() {
        if is_word(c) {
            let (path, length) = path(rest);
            let quote = rest[length..].chars().next();
            let is_prefix = matches!(quote, Some('"' | '\''))
                && length <= 2
                && rest[..length].chars().all(|c| "rRbBuUfFtT".contains(c))
                && literal(&rest[length..]).is_some();
            if !c.is_numeric() && !is_prefix {
                paths.push(Path {
                    parts: path,
                    is_attribute: after_dot,
                });
            }
            after_dot = false;
            rest = &rest[length..];
        } else if let Some(content) = literal(rest) {
            literals.push(content);
            rest = &rest[content.len() + 2..];
            after_dot = false;
        } else {
            // An ellipsis is no access to an attribute.
            after_dot = c == '.'
                && !rest.starts_with("..")
                && !code[..code.len() - rest.len()].ends_with('.');
            rest = &rest[c.len_utf8()..];
        }
    }
    (paths, literals)
}

/// The dotted name at the start of `text`, and its length.
fn path(text: &str) -> (Vec<&str>, usize) {
    let mut length = 0;
    loop {
        let part = &text[length..];
        length += part.find(|c| !is_word(c)).unwrap_or(part.len());
        let rest = &text[length..];
        let goes_on = rest
            .strip_prefix('.')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || c == '_'));
        if !goes_on {
            return (text[..length].split('.').collect(), length);
        }
        length += 1;
    }
}

/// The contents of the string literal that `text` begins with; an apostrophe begins none.
fn literal(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = &text[1..];
    let end = inner.find(quote)?;
    Some(&inner[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks_roles_and_evident_identifiers_are_found() {
        let text = "Read `a.b` and ``c d`` with :meth:`~x.Y.z` by load_all() in os.path.join, \
                    not FooBar's HTTPServer (see run_it(x)).";
        assert_eq!(
            mentions(text).unwrap(),
            [
                Mention::Quoted("a.b"),
                Mention::Quoted("c d"),
                Mention::Quoted("~x.Y.z"),
                Mention::Bare("load_all"),
                Mention::Bare("os.path.join"),
                Mention::Bare("FooBar"),
                Mention::Bare("HTTPServer"),
                Mention::Bare("run_it"),
            ]
        );
        assert_eq!(target("~x.Y.z"), "x.Y.z");
        assert_eq!(target("the title <x.y>"), "x.y");
        assert_eq!(mentions("an `open one"), None);
        assert_eq!(mentions("``a`"), None);
    }

    #[test]
    fn prose_speaks_of_no_code() {
        for text in [
            "On GitHub, iPhone and PostgreSQL, e.g. in the U.S. (since 3.11), i.e. the item(s).",
            "See https://example.org/foo_bar and README.md, setup.py or docs.example.com.",
            "The URLs and IDs of APIs; and/or 1.5 MiB. It ends here.Then goes on.",
            "An em—dash, a.m., p.m., etc. and read/write.",
            "Don't. It's the user's own, e.g., the first (or second) one...",
        ] {
            assert_eq!(mentions(text).unwrap(), [], "{text}");
        }
    }

    #[test]
    fn code_has_names_and_literals() {
        let (paths, literals) = names_in("f(x.y, k='utf-8') or rb\"a\" + 10ms.z().w");
        let paths: Vec<String> = paths
            .iter()
            .map(|path| {
                format!(
                    "{}{}",
                    if path.is_attribute { "." } else { "" },
                    path.parts.join(".")
                )
            })
            .collect();
        assert_eq!(paths, ["f", "x.y", "k", "or", ".w"]);
        assert_eq!(literals, ["utf-8", "a"]);
    }
}
