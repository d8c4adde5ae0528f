//! Words of prose that can only be identifiers: no brand, unit, file or host.

/// The identifier that a word of prose evidently is.
pub(super) fn identifier(word: &str) -> Option<&str> {
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

/// Whether a character may be part of a name.
pub(super) fn is_word(c: char) -> bool {
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
