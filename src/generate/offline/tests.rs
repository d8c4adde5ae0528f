//! What drafts say of small pieces of code, and that they hold.

use std::path::Path;

use super::draft;
use crate::config::{DocstringStyle, Style};
use crate::docstring::render;
use crate::generate::truth::project_of;
use crate::generate::{Frame, analyze_source, validate};
use crate::source::{FileName, SourceFile};

/// The draft of the definition of that qualified name, as it is written; empty for the module.
fn drafted(text: &str, name: &str) -> String {
    let path = Path::new("stock.py");
    let file_name = FileName::new(path, Path::new(""));
    let source = SourceFile::from_bytes(path, file_name, text.into()).unwrap();
    let file = analyze_source(source).unwrap();
    let project = project_of(&file);
    let mut definitions = file.module.definitions.iter().enumerate();
    let (index, definition) = definitions
        .find(|(_, one)| one.qualified_name == name)
        .unwrap();
    let style = DocstringStyle::default();
    let frame = Frame::new(&file, (index, definition), &project, &style);
    let draft = draft(&file.module, definition, &frame);
    let docstring = validate(&draft, definition, &frame).unwrap();
    render(&docstring, Style::Google, 80)
}

/// The summary of a function by its header and body.
fn summary(header: &str, body: &str) -> String {
    let text = format!("{header}\n    {body}\n");
    let name = header.split(['(', ' ']).nth(1).unwrap();
    drafted(&text, name).lines().next().unwrap().to_owned()
}

/// What is said of the exception that `body` raises, in a method of `Stock`.
fn raised(body: &str) -> String {
    let lines: Vec<String> = body
        .lines()
        .map(|line| format!("        {line}\n"))
        .collect();
    let text = format!(
        "class Stock:\n    def take(self, sku: str, rate: float, lines: list[str], strict: bool):\n{}",
        lines.concat()
    );
    let draft = drafted(&text, "Stock.take");
    let words: Vec<&str> = draft
        .split("Raises:\n")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .collect();
    words.join(" ")
}

#[test]
fn guards_are_put_in_words() {
    for (test, words) in [
        ("rate < 0", "`rate` is negative"),
        ("rate >= 1.5", "`rate` is at least 1.5"),
        ("not 0 <= rate <= 1", "`rate` is not between 0 and 1"),
        ("not lines", "`lines` is empty"),
        ("len(lines) > 3", "`lines` has more than 3 items"),
        ("len(lines) == 0", "`lines` is empty"),
        (
            "strict and rate == 0",
            "`strict` is true and `rate` is zero",
        ),
        ("not strict", "`strict` is false"),
        ("sku is None", "`sku` is `None`"),
        ("sku not in self._users", "`sku` is not among the users"),
        ("sku not in ('a', 'b')", "`sku` is neither `'a'` nor `'b'`"),
        ("sku in ('a', 'b', 'c')", "`sku` is `'a'`, `'b'` or `'c'`"),
        ("sku is None or not sku", "`sku` is `None` or empty"),
        ("not isinstance(rate, int)", "`rate` is not an `int`"),
        ("not sku.startswith('x')", "`sku` does not start with `'x'`"),
        ("not self._open", "the stock is not open"),
        ("not self._lines", "the stock has no lines"),
        ("not self.is_open()", "the stock is not open"),
        ("sku == ''", "`sku` is empty"),
        ("a(b(sku)) % 2", "the call cannot succeed"),
    ] {
        assert_eq!(
            raised(&format!("if {test}:\n    raise Refused(sku)")),
            format!("Refused: If {words}."),
            "{test}"
        );
    }
}

#[test]
fn what_leads_to_a_raise_is_followed() {
    for (body, words) in [
        ("raise Refused", "Always."),
        (
            "if sku in self.lines:\n    return 1\nraise Refused",
            "If `sku` is not in `self.lines`.",
        ),
        (
            "user = self._users.get(sku)\nif user is None:\n    raise Refused",
            "If `sku` is not among the users.",
        ),
        (
            "user = find(sku, rate)\nif not user:\n    raise Refused",
            "If there is no user.",
        ),
        (
            "try:\n    count = int(sku)\nexcept ValueError:\n    raise Refused from None",
            "If `sku` is not an integer.",
        ),
        (
            "try:\n    return self.lines[sku]\nexcept KeyError:\n    raise Refused from None",
            "If `sku` is not in `self.lines`.",
        ),
        (
            "for line in lines:\n    if line == sku:\n        return line\nraise Refused",
            "If nothing in `lines` fits.",
        ),
        (
            "if rate < 0:\n    raise Refused\nif rate > 1:\n    raise Refused",
            "If `rate` is negative, or if `rate` is greater than 1.",
        ),
        (
            "if strict:\n    pass\nelif rate < 0:\n    raise Refused",
            "If `rate` is negative.",
        ),
        (
            "if odd(sku)[0]:\n    raise Refused('nothing is left')",
            "If `odd(sku)[0]` is true.",
        ),
    ] {
        assert_eq!(raised(body), format!("Refused: {words}"), "{body}");
    }
}

#[test]
fn names_and_bodies_make_summaries() {
    for (header, body, words) in [
        (
            "def get_user_by_id(user_id) -> User:",
            "return u[user_id]",
            "Get a user by ID.",
        ),
        ("def parse_date(text):", "return text", "Parse the date."),
        ("def create_order(name):", "return name", "Create an order."),
        (
            "def is_valid(email):",
            "return '@' in email",
            "Tell whether the email is valid.",
        ),
        (
            "def is_safe_url(url):",
            "return url",
            "Tell whether the URL is safe.",
        ),
        (
            "def has_lines(order):",
            "return 1",
            "Tell whether the order has lines.",
        ),
        (
            "def celsius_to_fahrenheit(c):",
            "return c",
            "Convert celsius to fahrenheit.",
        ),
        (
            "def total(amounts):",
            "return sum(amounts)",
            "Return the total of the amounts.",
        ),
        (
            "def url_for(endpoint):",
            "return endpoint",
            "Return the URL for the endpoint.",
        ),
        (
            "def on_click(event):",
            "print(event)",
            "Handle the click event.",
        ),
        ("def f(x):", "return x + 1", "Return `x + 1`."),
        ("def lines(path):", "yield 1", "Yield the lines."),
        ("def main():", "print()", "Run the program."),
        (
            "def setup_module():",
            "pass",
            "Prepare what the tests of the module share.",
        ),
        (
            "def load_from_file(path) -> Settings:",
            "return 1",
            "Load settings from a file.",
        ),
    ] {
        assert_eq!(summary(header, body), words, "{header}");
    }
}

#[test]
fn a_class_is_told_from_its_fields_and_init() {
    let text = "class Movement:\n    kind: str = 'in'\n    _secret = 1\n\n    def __init__(self, sku, strict=False):\n        self.sku = sku\n        self.strict: bool = strict\n        self.size = 1\n        self._lines = []\n\n    @property\n    def size(self):\n        return 1\n";
    insta::assert_snapshot!(drafted(text, "Movement"), @"
    Represent a movement with a SKU.

    Attributes:
        kind: The kind of the movement.
        sku: The SKU of the movement.
        strict: Whether to be strict.
    ");
}

#[test]
fn an_override_inherits_the_words_of_its_base() {
    let text = "class Base:\n    def send(self, message, wait=1):\n        \"\"\"Send one message to somebody.\n\n        Args:\n            message: What to say to them.\n\n        Returns:\n            Whether it has arrived.\n        \"\"\"\n\n\nclass Mail(Base):\n    def send(self, message, wait=1):\n        return self.post(message)\n";
    insta::assert_snapshot!(drafted(text, "Mail.send"), @"
    Send one message to somebody.

    Args:
        message: What to say to them.
        wait: The wait. Defaults to `1`.

    Returns:
        Whether it has arrived.
    ");
}
