//! English nouns: spelling, articles and plurals, and identifiers as noun phrases.

use crate::docstring::words::words_of;

/// A phrase that names a thing, without article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Noun(String);

impl Noun {
    /// The thing that an identifier names; `None` where the identifier says nothing: a single letter, or
    /// underscores and digits.
    pub(super) fn of(identifier: &str) -> Option<Self> {
        let words = words_of(identifier);
        let says_something =
            |word: &String| word.len() > 1 && word.contains(|c: char| c.is_alphabetic());
        if !words.iter().any(says_something) {
            return None;
        }
        Some(Self::of_words(&words))
    }

    /// The thing that the words of an identifier name.
    pub(super) fn of_words(words: &[String]) -> Self {
        let counted = |rest: &[String]| format!("number of {}", plural(&spelled(rest)));
        Self(match words {
            [first, rest @ ..]
                if matches!(first.as_str(), "num" | "n" | "nb") && !rest.is_empty() =>
            {
                counted(rest)
            }
            [rest @ .., last] if last == "count" && !rest.is_empty() => {
                let thing = spelled(rest);
                if is_adjective(rest.last().map_or("", String::as_str)) {
                    format!("{thing} count")
                } else {
                    format!("number of {}", plural(&thing))
                }
            }
            [first, rest @ ..]
                if matches!(first.as_str(), "max" | "min" | "maximum" | "minimum")
                    && !rest.is_empty() =>
            {
                let thing = spelled(rest);
                let end = if first.starts_with("max") { "maximum" } else { "minimum" };
                if is_plural(&thing) {
                    format!("{end} number of {thing}")
                } else {
                    format!("{end} {thing}")
                }
            }
            [rest @ .., unit]
                if !rest.is_empty()
                    && UNITS.contains(&unit.as_str())
                    && !matches!(rest.last().map_or("", String::as_str), "max" | "min" | "num" | "n" | "all" | "no") =>
            {
                format!("{} in {unit}", spelled(rest))
            }
            words => spelled(words),
        })
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }

    pub(super) fn is_plural(&self) -> bool {
        is_plural(&self.0)
    }

    /// With «a» or «an», where English has one.
    pub(super) fn with_a(&self) -> String {
        with_a(&self.0)
    }

    /// With «the».
    pub(super) fn with_the(&self) -> String {
        with_the(&self.0)
    }

    /// More than one of it.
    pub(super) fn plural(&self) -> String {
        plural(&self.0)
    }
}

/// The words of an identifier as prose: abbreviations in full, acronyms in their usual spelling.
pub(super) fn spelled(words: &[String]) -> String {
    let mut text = String::new();
    for word in words {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(spelled_word(word));
    }
    text
}

/// A word of an identifier, in lower case, as prose has it.
pub(super) fn spelled_word(word: &str) -> &str {
    let find = |list: &'static [(&str, &str)]| {
        let found = list.iter().find(|(short, _)| *short == word);
        found.map(|(_, long)| *long)
    };
    find(ACRONYMS).or_else(|| find(ABBREVIATIONS)).unwrap_or(word)
}

/// The phrase with «the», but for what already begins with a word that takes its place.
pub(super) fn with_the(phrase: &str) -> String {
    let first = phrase.split(' ').next().unwrap_or_default();
    if DETERMINERS.contains(&first) || first.starts_with('`') {
        phrase.to_owned()
    } else {
        format!("the {phrase}")
    }
}

/// The phrase with «a» or «an»; plurals and what cannot be counted have none.
pub(super) fn with_a(phrase: &str) -> String {
    let first = phrase.split(' ').next().unwrap_or_default();
    if matches!(first, "next" | "last" | "first" | "current" | "same" | "number" | "maximum" | "minimum" | "default") {
        return format!("the {phrase}");
    }
    if DETERMINERS.contains(&first) || is_plural(phrase) || is_mass(phrase) {
        return phrase.to_owned();
    }
    format!("{} {phrase}", article(first))
}

/// «a» or «an» before a word, by how it sounds.
pub(super) fn article(word: &str) -> &'static str {
    let bare = word.trim_start_matches(['`', '_', '\'', '"']);
    let lower = bare.to_lowercase();
    let is_spoken_by_letters = bare.len() > 1
        && bare.chars().take(3).all(|c| c.is_uppercase() || c.is_ascii_digit())
        && !["JSON", "YAML", "TOML", "ASCII", "ANSI", "ISO", "REST", "NULL", "RAM", "NaN", "UNIX", "SKU", "MIME", "LaTeX", "Unicode", "LAN", "RADIUS", "SOCKS", "REPL"]
            .iter()
            .any(|name| bare.starts_with(name));
    let sounds_like_vowel = if is_spoken_by_letters {
        bare.starts_with(['A', 'E', 'F', 'H', 'I', 'L', 'M', 'N', 'O', 'R', 'S', 'X', '8'])
    } else if ["hour", "honest", "honor", "heir"].iter().any(|start| lower.starts_with(start)) {
        true
    } else if [
        "uni", "use", "usa", "usu", "util", "one", "once", "eu", "ubi", "url", "uri", "uuid", "ura",
    ]
    .iter()
    .any(|start| lower.starts_with(start))
    {
        lower.starts_with("unin") || lower.starts_with("unim") || lower.starts_with("unid")
    } else {
        lower.starts_with(['a', 'e', 'i', 'o', 'u', '8'])
    };
    if sounds_like_vowel { "an" } else { "a" }
}

/// The end of a phrase that decides its number: the word before a preposition, or the last.
fn head(phrase: &str) -> &str {
    let mut head = "";
    for word in phrase.split(' ') {
        if is_preposition(word) && !head.is_empty() {
            break;
        }
        head = word;
    }
    head
}

/// Whether a phrase speaks of more than one.
pub(super) fn is_plural(phrase: &str) -> bool {
    let word = head(phrase);
    if IRREGULAR.iter().any(|(_, plural)| *plural == word) {
        return true;
    }
    let is_acronym = word.len() > 2
        && word.ends_with('s')
        && word.trim_end_matches('s').chars().all(char::is_uppercase);
    is_acronym
        || (word.len() > 3
            && word.ends_with('s')
            && word.chars().all(|c| c.is_lowercase() || c == '-')
            && !word.ends_with("ss")
            && !word.ends_with("us")
            && !word.ends_with("is")
            && !SINGULAR_IN_S.contains(&word))
}

/// Whether a phrase names what is not counted.
fn is_mass(phrase: &str) -> bool {
    MASS.contains(&head(phrase))
}

/// More than one of a phrase's thing.
pub(super) fn plural(phrase: &str) -> String {
    if is_plural(phrase) || is_mass(phrase) {
        return phrase.to_owned();
    }
    let word = head(phrase);
    let many = plural_word(word);
    let at = phrase.find(word).unwrap_or_default();
    // The head is the last word of that spelling before a preposition.
    let at = phrase
        .match_indices(word)
        .map(|(found, _)| found)
        .take_while(|found| !phrase[..*found].split(' ').any(is_preposition))
        .last()
        .unwrap_or(at);
    format!("{}{many}{}", &phrase[..at], &phrase[at + word.len()..])
}

fn plural_word(word: &str) -> String {
    if let Some((_, many)) = IRREGULAR.iter().find(|(one, _)| *one == word) {
        return (*many).to_owned();
    }
    let is_consonant = |c: char| !"aeiou".contains(c);
    if let Some(stem) = word.strip_suffix('y')
        && stem.ends_with(is_consonant)
        && word.chars().all(char::is_lowercase)
    {
        return format!("{stem}ies");
    }
    if ["s", "x", "z", "ch", "sh"].iter().any(|end| word.ends_with(end)) {
        return format!("{word}es");
    }
    format!("{word}s")
}

/// One of a phrase's things: «order lines» gives «order line».
pub(super) fn singular(phrase: &str) -> String {
    if !is_plural(phrase) {
        return phrase.to_owned();
    }
    let word = phrase.rsplit(' ').next().unwrap_or(phrase);
    let before = &phrase[..phrase.len() - word.len()];
    if let Some((one, _)) = IRREGULAR.iter().find(|(_, many)| *many == word) {
        return format!("{before}{one}");
    }
    let one = if let Some(stem) = word.strip_suffix("ies").filter(|stem| stem.len() > 1) {
        format!("{stem}y")
    } else if ["sses", "xes", "zes", "ches", "shes", "uses"]
        .iter()
        .any(|end| word.ends_with(end))
        && !matches!(word, "axes" | "caches" | "clauses" | "causes" | "uses" | "pauses" | "sizes" | "prizes")
    {
        word.trim_end_matches("es").to_owned()
    } else {
        word.trim_end_matches('s').to_owned()
    };
    format!("{before}{one}")
}

/// Several phrases as English joins them: «a, b and c».
pub(super) fn list(phrases: &[String], conjunction: &str) -> String {
    match phrases {
        [] => String::new(),
        [only] => only.clone(),
        [others @ .., last] => format!("{} {conjunction} {last}", others.join(", ")),
    }
}

pub(super) fn is_preposition(word: &str) -> bool {
    matches!(
        word,
        "as" | "at" | "by" | "for" | "from" | "in" | "into" | "of" | "off" | "on" | "onto" | "over"
            | "per" | "since" | "through" | "to" | "under" | "until" | "upon" | "using" | "via" | "with"
            | "within" | "without" | "after" | "before" | "between" | "against" | "during" | "if"
            | "when" | "while" | "where" | "inside" | "outside" | "around" | "across" | "than"
    )
}

/// Whether a word says how something is: a known adjective, or one by its ending.
pub(super) fn is_adjective(word: &str) -> bool {
    let endings = ["able", "ible", "ful", "less", "ous", "ive", "ized", "ised"];
    ADJECTIVES.contains(&word)
        || is_participle(word)
        || (word.len() > 5 && endings.iter().any(|end| word.ends_with(end)))
}

/// Whether a word is a past participle: «closed», «sent».
pub(super) fn is_participle(word: &str) -> bool {
    let irregular = [
        "low", "high", "built", "done", "found", "frozen", "given", "gone", "hidden", "known", "left", "lost",
        "made", "open", "paid", "read", "seen", "sent", "set", "shown", "sold", "sorted", "split",
        "taken", "unset", "bound", "broken", "written", "drawn", "held", "run", "hit", "met",
    ];
    let nouns = ["feed", "seed", "speed", "need", "bed", "id", "embed", "shed", "red", "led", "deed"];
    irregular.contains(&word)
        || (word.len() > 4 && word.ends_with("ed") && !nouns.contains(&word) && !word.ends_with("eed"))
}

/// Whether a word names who or what does something, or is a thing by its ending.
pub(super) fn looks_like_noun(word: &str) -> bool {
    let endings = [
        "tion", "sion", "ment", "ness", "ity", "ance", "ence", "ship", "back", "age", "ism", "ware",
        "logy", "graph", "hood", "dom", "ture", "set", "path", "name", "line", "point", "ing", "data",
        "value", "file", "id", "text", "info", "ory", "ery", "ics",
    ];
    let is_agent = word.len() > 5 && (word.ends_with("er") || word.ends_with("or"));
    is_plural(word) || is_agent || endings.iter().any(|end| word.len() > end.len() && word.ends_with(end))
}

const DETERMINERS: &[&str] = &[
    "a", "an", "the", "all", "any", "both", "each", "every", "no", "some", "this", "these", "that",
    "its", "their", "self", "what", "whether", "how", "where", "it", "them",
];

/// Units that names end with.
const UNITS: &[&str] = &[
    "grams", "kilograms", "meters", "kilometers", "seconds", "minutes", "hours", "milliseconds", "microseconds",
    "percent", "pixels", "celsius", "fahrenheit", "kelvin", "radians", "degrees", "dollars", "cents", "euros",
];

/// Singular, though they end in an s that is no «ss», «us» or «is».
const SINGULAR_IN_S: &[&str] = &[
    "alias", "always", "atlas", "bias", "canvas", "chaos", "css", "gas", "has", "https", "kubernetes",
    "lens", "news", "pandas", "pass", "perhaps", "series", "species", "sms", "tls", "was", "does",
    "postgres", "redis", "jenkins", "numbers.", "cos", "sinus", "pyramids", "aws", "dns", "gps", "ops",
    "axis", "towards", "ours", "yes", "vs",
];

const MASS: &[&str] = &[
    "access", "advice", "authentication", "authorization", "code", "content", "data", "debugging",
    "documentation", "feedback", "help", "history", "HTML", "info", "information", "input", "JSON",
    "logging", "markup", "math", "memory", "metadata", "money", "music", "output", "padding", "progress",
    "software", "SQL", "stock", "storage", "stuff", "style", "SVG", "text", "time", "TOML", "traffic",
    "usage", "whitespace", "work", "XML", "YAML", "CSV", "spacing", "config.", "None", "everything", "bytes",
    "color", "indentation", "context.", "CSS", "UTC",
];

const IRREGULAR: &[(&str, &str)] = &[
    ("axis", "axes"),
    ("analysis", "analyses"),
    ("child", "children"),
    ("criterion", "criteria"),
    ("foot", "feet"),
    ("half", "halves"),
    ("index", "indexes"),
    ("index", "indices"),
    ("leaf", "leaves"),
    ("man", "men"),
    ("matrix", "matrices"),
    ("medium", "media"),
    ("person", "people"),
    ("vertex", "vertices"),
    ("basis", "bases"),
    ("hypothesis", "hypotheses"),
    ("status", "statuses"),
    ("bus", "buses"),
    ("series", "series"),
    ("key", "keys"),
    ("kwargs", "kwargs"),
];

const ADJECTIVES: &[&str] = &[
    "abstract", "accurate", "active", "alive", "anonymous", "async", "asynchronous", "atomic", "available",
    "bad", "binary", "blank", "bold", "busy", "case", "clean", "complete", "complex", "concrete", "constant",
    "correct", "current", "dark", "dead", "deep", "different", "dim", "direct", "dirty", "done", "dry", "due",
    "dynamic", "eager", "empty", "equal", "even", "exact", "exclusive", "explicit", "external", "fast",
    "final", "finite", "first", "flat", "free", "fresh", "full", "generic", "global", "greedy", "healthy",
    "hidden", "idle", "immutable", "implicit", "incomplete", "inactive", "infinite", "inline", "interactive",
    "internal", "invalid", "italic", "last", "late", "lazy", "legacy", "linear", "literal", "live", "local",
    "long", "loose", "magic", "manual", "mutable", "native", "negative", "new", "next", "numeric", "odd",
    "official", "offline", "ok", "old", "online", "open", "optional", "original", "partial", "permanent",
    "persistent", "plain", "positive", "precise", "present", "primary", "private", "public", "pure", "quick",
    "quiet", "random", "raw", "ready", "real", "recent", "recursive", "redundant", "remote", "safe", "same",
    "secure", "short", "silent", "similar", "simple", "single", "slow", "smart", "soft", "sparse", "special",
    "stable", "stale", "standard", "static", "strict", "strong", "subtle", "synchronous", "sync", "temporary",
    "tight", "transient", "transparent", "true", "false", "unique", "unknown", "unsafe", "unused",
    "upper", "lower", "useful", "valid", "verbose", "virtual", "visible", "weak", "wide", "wrong", "zero",
    "ascii", "digital", "relative", "absolute", "symmetric", "square", "integral", "callable", "hashable",
    "iterable", "truthy", "falsy", "nullable", "installed", "exhausted", "reentrant", "missing", "pending", "right", "left", "bare", "deferred", "many", "few", "major", "minor", "alphanumeric",
    "alphabetic", "prime", "commutative", "rational", "irrational", "imaginary", "nonzero", "diagonal",
];

const ACRONYMS: &[(&str, &str)] = &[
    ("aes", "AES"), ("ansi", "ANSI"), ("api", "API"), ("apis", "APIs"), ("ascii", "ASCII"), ("asgi", "ASGI"), ("auth", "authentication"),
    ("ast", "AST"), ("aws", "AWS"), ("cdn", "CDN"), ("cli", "CLI"), ("cors", "CORS"), ("cpu", "CPU"),
    ("cpus", "CPUs"), ("crc", "CRC"), ("csrf", "CSRF"), ("css", "CSS"), ("csv", "CSV"), ("dns", "DNS"),
    ("dom", "DOM"), ("eof", "EOF"), ("ftp", "FTP"), ("gcp", "GCP"), ("gif", "GIF"), ("gmt", "GMT"),
    ("gps", "GPS"), ("gpu", "GPU"), ("gpus", "GPUs"), ("gui", "GUI"), ("hmac", "HMAC"), ("hsl", "HSL"),
    ("hsv", "HSV"), ("html", "HTML"), ("http", "HTTP"), ("https", "HTTPS"), ("iban", "IBAN"), ("id", "ID"),
    ("ids", "IDs"), ("imap", "IMAP"), ("ip", "IP"), ("ips", "IPs"), ("isbn", "ISBN"), ("iso", "ISO"),
    ("jpeg", "JPEG"), ("jpg", "JPEG"), ("json", "JSON"), ("jwt", "JWT"), ("ldap", "LDAP"), ("lru", "LRU"),
    ("md5", "MD5"), ("mime", "MIME"), ("oauth", "OAuth"), ("orm", "ORM"), ("pdf", "PDF"), ("pid", "PID"),
    ("pids", "PIDs"), ("png", "PNG"), ("ram", "RAM"), ("repl", "REPL"), ("rgb", "RGB"), ("rgba", "RGBA"),
    ("rpc", "RPC"), ("rsa", "RSA"), ("rst", "RST"), ("sdk", "SDK"), ("sgml", "SGML"), ("sha", "SHA"), ("sha1", "SHA-1"),
    ("sha256", "SHA-256"), ("sku", "SKU"), ("skus", "SKUs"), ("smtp", "SMTP"), ("sql", "SQL"), ("ssh", "SSH"),
    ("ssl", "SSL"), ("svg", "SVG"), ("tcp", "TCP"), ("tls", "TLS"), ("toml", "TOML"), ("tsv", "TSV"),
    ("ttl", "TTL"), ("tty", "TTY"), ("udp", "UDP"), ("uid", "UID"), ("unicode", "Unicode"), ("uri", "URI"),
    ("uris", "URIs"), ("url", "URL"), ("urls", "URLs"), ("utc", "UTC"), ("utf8", "UTF-8"), ("uuid", "UUID"),
    ("uuids", "UUIDs"), ("vat", "VAT"), ("vm", "VM"), ("wsgi", "WSGI"), ("www", "WWW"), ("xhtml", "XHTML"),
    ("xls", "XLS"), ("xlsx", "XLSX"), ("xml", "XML"), ("xss", "XSS"), ("yaml", "YAML"), ("yml", "YAML"),
    ("ui", "UI"), ("os", "operating system"), ("io", "I/O"), ("db", "database"), ("dbs", "databases"),
    ("jinja", "Jinja"), ("python", "Python"), ("django", "Django"), ("latex", "LaTeX"), ("markdown", "Markdown"),
    ("unix", "Unix"), ("posix", "POSIX"), ("windows", "Windows"), ("linux", "Linux"), ("gzip", "gzip"),
];

const ABBREVIATIONS: &[(&str, &str)] = &[
    ("addr", "address"), ("addrs", "addresses"), ("app", "application"), ("apps", "applications"),
    ("amt", "amount"), ("arg", "argument"), ("args", "arguments"), ("arr", "array"), ("attr", "attribute"),
    ("attrs", "attributes"), ("avg", "average"), ("bg", "background"), ("buf", "buffer"), ("cb", "callback"),
    ("cfg", "configuration"), ("char", "character"), ("chars", "characters"), ("cls", "class"),
    ("cmd", "command"), ("cmds", "commands"), ("coeff", "coefficient"), ("coeffs", "coefficients"),
    ("col", "column"), ("cols", "columns"), ("concat", "concatenation"), ("conf", "configuration"), ("config", "configuration"),
    ("configs", "configurations"), ("conn", "connection"), ("coord", "coordinate"), ("coords", "coordinates"),
    ("ctx", "context"), ("cur", "current"), ("curr", "current"), ("cwd", "working directory"),
    ("decl", "declaration"), ("deg", "degree"), ("del", "delete"), ("dep", "dependency"), ("deps", "dependencies"),
    ("desc", "description"), ("dest", "destination"), ("dev", "development"), ("dict", "dictionary"),
    ("dicts", "dictionaries"), ("diff", "difference"), ("dim", "dimension"), ("dims", "dimensions"), ("dir", "directory"),
    ("dirs", "directories"), ("dirname", "directory name"), ("dist", "distance"), ("div", "division"), ("doc", "document"), ("docs", "documents"),
    ("dst", "destination"), ("dt", "date and time"), ("elem", "element"), ("elems", "elements"), ("env", "environment"),
    ("eq", "equation"), ("eqs", "equations"), ("err", "error"), ("errs", "errors"), ("evt", "event"), ("exc", "exception"), ("excs", "exceptions"),
    ("expr", "expression"), ("exprs", "expressions"), ("ext", "extension"), ("exts", "extensions"), ("fg", "foreground"),
    ("filename", "file name"), ("filenames", "file names"), ("filepath", "file path"), ("filepaths", "file paths"),
    ("fk", "foreign key"), ("fks", "foreign keys"), ("fmt", "format"), ("fn", "function"), ("fname", "file name"), ("freq", "frequency"), ("func", "function"),
    ("funcs", "functions"), ("hdr", "header"), ("idx", "index"), ("img", "image"), ("imgs", "images"),
    ("impl", "implementation"), ("info", "information"), ("init", "initialize"), ("int", "integer"), ("ints", "integers"),
    ("kwarg", "keyword argument"), ("kwargs", "keyword arguments"), ("lang", "language"), ("langs", "languages"), ("lhs", "left-hand side"),
    ("len", "length"), ("lib", "library"), ("libs", "libraries"), ("lst", "list"), ("max", "maximum"), ("mgr", "manager"),
    ("min", "minimum"), ("mod", "module"), ("mods", "modules"), ("msg", "message"), ("msgs", "messages"), ("mtime", "modification time"),
    ("mul", "product"), ("num", "number"), ("nums", "numbers"), ("obj", "object"), ("objs", "objects"), ("oper", "operator"), ("op", "operation"), ("ops", "operations"),
    ("opt", "option"), ("opts", "options"), ("orig", "original"), ("param", "parameter"), ("params", "parameters"),
    ("pct", "percentage"), ("perm", "permission"), ("perms", "permissions"), ("pk", "primary key"), ("pkg", "package"), ("pkgs", "packages"),
    ("poly", "polynomial"), ("polys", "polynomials"), ("pos", "position"), ("pred", "predicate"), ("pref", "preference"), ("prefs", "preferences"), ("prev", "previous"),
    ("proc", "process"), ("prog", "program"), ("prop", "property"), ("props", "properties"), ("ptr", "pointer"), ("pwd", "password"),
    ("qs", "query set"), ("qty", "quantity"), ("queryset", "query set"), ("recv", "receive"), ("ref", "reference"), ("refs", "references"), ("regex", "regular expression"), ("regexp", "regular expression"),
    ("rel", "relation"), ("repo", "repository"), ("repos", "repositories"), ("repr", "representation"), ("req", "request"), ("res", "result"), ("resp", "response"),
    ("ret", "result"), ("rhs", "right-hand side"), ("sec", "second"), ("secs", "seconds"), ("sep", "separator"), ("seq", "sequence"), ("seqs", "sequences"), ("sig", "signature"),
    ("spec", "specification"), ("specs", "specifications"), ("sqrt", "square root"), ("src", "source"), ("stmt", "statement"), ("stmts", "statements"),
    ("str", "string"), ("strs", "strings"), ("subdir", "subdirectory"), ("subdirs", "subdirectories"), ("sym", "symbol"), ("syms", "symbols"), ("tb", "traceback"), ("temp", "temporary"),
    ("tmp", "temporary"), ("tz", "time zone"), ("val", "value"), ("vals", "values"), ("var", "variable"), ("vars", "variables"), ("vec", "vector"),
    ("ver", "version"), ("wildcard", "wildcard"), ("datetime", "date and time"), ("tzinfo", "time zone"), ("bool", "Boolean"), ("coro", "coroutine"), ("async", "asynchronous"),
    ("dtype", "data type"), ("dtypes", "data types"), ("stdin", "standard input"), ("stdout", "standard output"), ("stderr", "standard error"),
    ("hostname", "host name"), ("basename", "base name"), ("dataframe", "data frame"), ("df", "data frame"), ("usr", "user"), ("passwd", "password"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_go_by_the_sound() {
        for (phrase, with_article) in [
            ("user", "a user"),
            ("hour", "an hour"),
            ("HTTP client", "an HTTP client"),
            ("URL", "a URL"),
            ("UUID", "a UUID"),
            ("ID", "an ID"),
            ("API key", "an API key"),
            ("JSON file", "a JSON file"),
            ("unique name", "a unique name"),
            ("uninstalled package", "an uninstalled package"),
            ("order", "an order"),
            ("one-off", "a one-off"),
            ("XML node", "an XML node"),
            ("CSV row", "a CSV row"),
            ("SQL query", "an SQL query"),
            ("lines", "lines"),
            ("JSON", "JSON"),
            ("data", "data"),
            ("list of users", "a list of users"),
            ("status", "a status"),
            ("all users", "all users"),
            ("next item", "the next item"),
        ] {
            assert_eq!(with_a(phrase), with_article);
        }
    }

    #[test]
    fn plurals_are_made_and_known() {
        for (one, many) in [
            ("order line", "order lines"),
            ("address", "addresses"),
            ("status", "statuses"),
            ("entry", "entries"),
            ("key", "keys"),
            ("child", "children"),
            ("URL", "URLs"),
            ("match", "matches"),
            ("cache", "caches"),
            ("line of text", "lines of text"),
        ] {
            assert_eq!(plural(one), many);
            assert!(is_plural(many) && !is_plural(one), "{one} {many}");
            assert_eq!(plural(many), many);
            if !many.contains(" of ") {
                assert_eq!(singular(many), one);
            }
        }
        for one in ["alias", "class", "analysis", "https", "news", "bias"] {
            assert!(!is_plural(one), "{one}");
        }
    }

    #[test]
    fn identifiers_are_spelled_out() {
        for (identifier, phrase) in [
            ("user_id", "user ID"),
            ("num_retries", "number of retries"),
            ("line_count", "number of lines"),
            ("max_retries", "maximum number of retries"),
            ("max_length", "maximum length"),
            ("HTTPClient", "HTTP client"),
            ("src_dir", "source directory"),
            ("cfg", "configuration"),
        ] {
            assert_eq!(Noun::of(identifier).unwrap().text(), phrase);
        }
        for nothing in ["x", "_", "__", "x1", "_a_b"] {
            assert_eq!(Noun::of(nothing), None, "{nothing}");
        }
    }
}
