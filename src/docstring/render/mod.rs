//! A docstring as text, in one of the styles.

mod google;
mod numpy;
mod sphinx;

use super::model::{Docstring, Entry, Example, Value};
use super::wrap::{columns, wrap_paragraph, wrap_text};
use crate::config::Style;

pub use google::misread_value;

/// Indentation of a section's body, and of an entry's further lines beyond that.
const INDENT: &str = "    ";

/// The docstring's text, without quotes and without the code's indentation, its lines at most
/// `width` columns wide where the words allow.
#[must_use]
pub fn render(docstring: &Docstring, style: Style, width: usize) -> String {
    let mut blocks = vec![vec![docstring.summary.clone()]];
    if let Some(description) = &docstring.description {
        blocks.push(dedent(wrap_text(description, width)));
    }
    blocks.extend(match style {
        Style::Google => google::sections(docstring, width),
        Style::Numpy => numpy::sections(docstring, width),
        Style::Sphinx => sphinx::fields(docstring, width),
    });
    blocks.retain(|block| !block.is_empty());
    blocks.join(&[String::new()][..]).join("\n")
}

/// Examples as blocks under each other, each line after `indent`: the words are filled, the code
/// stays as it is.
fn example_lines(examples: &[Example], width: usize, indent: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for example in examples {
        let words = example.text.iter();
        let words = words.flat_map(|text| hanging(text, width, indent, indent));
        for block in [words.collect(), code_lines(&example.code, indent)] {
            let block: Vec<String> = block;
            if !lines.is_empty() && !block.is_empty() {
                lines.push(String::new());
            }
            lines.extend(block);
        }
    }
    lines
}

fn code_lines(code: &str, indent: &str) -> Vec<String> {
    code.lines().map(|line| format!("{indent}{line}")).collect()
}

/// Paragraphs, the first line in `first`, all others in `rest`.
pub(in crate::docstring) fn hanging(
    text: &str,
    width: usize,
    first: &str,
    rest: &str,
) -> Vec<String> {
    let mut paragraphs = text.split("\n\n");
    let mut lines = wrap_paragraph(paragraphs.next().unwrap_or_default(), width, first, rest);
    for paragraph in paragraphs {
        lines.push(String::new());
        lines.extend(wrap_paragraph(paragraph, width, rest, rest));
    }
    lines
}

/// Takes off a margin that all lines share: Python would take it off in reading.
fn dedent(lines: Vec<String>) -> Vec<String> {
    let margin = |line: &String| columns(line) - columns(line.trim_start_matches(' '));
    let common = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(margin)
        .min()
        .unwrap_or(0);
    lines
        .into_iter()
        .map(|line| line.get(common..).unwrap_or_default().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, annotation: Option<&str>, text: &str) -> Entry {
        Entry {
            name: name.into(),
            annotation: annotation.map(str::to_owned),
            text: text.into(),
        }
    }

    fn charge(types: bool) -> Docstring {
        let shown = |annotation: &'static str| types.then_some(annotation);
        Docstring {
            summary: "Charge the customer.".into(),
            description: Some(
                "Talks to the bank.\n\n- first item that is long enough to wrap\n- second".into(),
            ),
            args: vec![
                entry(
                    "amount",
                    shown("int"),
                    "The amount in cents, which must be positive and is rounded.",
                ),
                entry("**options", None, "More."),
            ],
            attributes: Vec::new(),
            returns: Some(Value {
                annotation: shown("dict[str, int]").map(str::to_owned),
                text: "The receipt: a number with the name of the bank.".into(),
            }),
            yields: None,
            raises: vec![entry("ValueError", None, "If `amount < 0`.")],
            ..Docstring::default()
        }
    }

    #[test]
    fn examples_and_notes_stand_as_each_style_has_them() {
        let docstring = Docstring {
            summary: "Charge the customer.".into(),
            raises: vec![entry("ValueError", None, "If it fails.")],
            examples: vec![
                Example {
                    text: Some("A charge of ten in the currency of the shop.".into()),
                    code: ">>> charge(\n...     10)".into(),
                },
                Example {
                    text: None,
                    code: ">>> charge(amount=1)".into(),
                },
            ],
            notes: Some("The bank is asked twice when it is slow.\n\nAnd so on.".into()),
            ..Docstring::default()
        };
        insta::assert_snapshot!(render(&docstring, Style::Google, 40), @"
        Charge the customer.

        Raises:
            ValueError: If it fails.

        Examples:
            A charge of ten in the currency of
            the shop.

            >>> charge(
            ...     10)

            >>> charge(amount=1)

        Note:
            The bank is asked twice when it is
            slow.

            And so on.
        ");
        insta::assert_snapshot!(render(&docstring, Style::Numpy, 40), @"
        Charge the customer.

        Raises
        ------
        ValueError
            If it fails.

        Notes
        -----
        The bank is asked twice when it is slow.

        And so on.

        Examples
        --------
        A charge of ten in the currency of the
        shop.

        >>> charge(
        ...     10)

        >>> charge(amount=1)
        ");
        insta::assert_snapshot!(render(&docstring, Style::Sphinx, 40), @"
        Charge the customer.

        .. note::

           The bank is asked twice when it is
           slow.

           And so on.

        .. rubric:: Examples

        A charge of ten in the currency of the
        shop.

        >>> charge(
        ...     10)

        >>> charge(amount=1)

        :raises ValueError: If it fails.
        ");
    }

    #[test]
    fn google_style() {
        insta::assert_snapshot!(render(&charge(false), Style::Google, 40), @"
        Charge the customer.

        Talks to the bank.

        - first item that is long enough to wrap
        - second

        Args:
            amount: The amount in cents, which
                must be positive and is rounded.
            **options: More.

        Returns:
            The receipt, a number with the name
                of the bank.

        Raises:
            ValueError: If `amount < 0`.
        ");
        insta::assert_snapshot!(render(&charge(true), Style::Google, 40), @"
        Charge the customer.

        Talks to the bank.

        - first item that is long enough to wrap
        - second

        Args:
            amount (int): The amount in cents,
                which must be positive and is
                rounded.
            **options: More.

        Returns:
            dict[str, int]: The receipt: a
                number with the name of the
                bank.

        Raises:
            ValueError: If `amount < 0`.
        ");
    }

    #[test]
    fn numpy_style() {
        insta::assert_snapshot!(render(&charge(false), Style::Numpy, 40), @"
        Charge the customer.

        Talks to the bank.

        - first item that is long enough to wrap
        - second

        Parameters
        ----------
        amount
            The amount in cents, which must be
            positive and is rounded.
        **options
            More.

        Returns
        -------
        Any
            The receipt: a number with the name
            of the bank.

        Raises
        ------
        ValueError
            If `amount < 0`.
        ");
        insta::assert_snapshot!(render(&charge(true), Style::Numpy, 40), @"
        Charge the customer.

        Talks to the bank.

        - first item that is long enough to wrap
        - second

        Parameters
        ----------
        amount : int
            The amount in cents, which must be
            positive and is rounded.
        **options
            More.

        Returns
        -------
        dict[str, int]
            The receipt: a number with the name
            of the bank.

        Raises
        ------
        ValueError
            If `amount < 0`.
        ");
    }

    #[test]
    fn sphinx_style() {
        insta::assert_snapshot!(render(&charge(false), Style::Sphinx, 40), @"
        Charge the customer.

        Talks to the bank.

        - first item that is long enough to wrap
        - second

        :param amount: The amount in cents,
            which must be positive and is
            rounded.
        :param **options: More.
        :returns: The receipt: a number with the
            name of the bank.
        :raises ValueError: If `amount < 0`.
        ");
        insta::assert_snapshot!(render(&charge(true), Style::Sphinx, 40), @"
        Charge the customer.

        Talks to the bank.

        - first item that is long enough to wrap
        - second

        :param amount: The amount in cents,
            which must be positive and is
            rounded.
        :type amount: int
        :param **options: More.
        :returns: The receipt: a number with the
            name of the bank.
        :rtype: dict[str, int]
        :raises ValueError: If `amount < 0`.
        ");
    }

    #[test]
    fn no_line_begins_as_structure_by_the_way() {
        let docstring = Docstring {
            summary: "Do.".into(),
            description: Some(
                "Words that wrap before - a dash and before :param x: or Returns:".into(),
            ),
            ..Docstring::default()
        };
        insta::assert_snapshot!(render(&docstring, Style::Google, 23), @"
        Do.

        Words that wrap
        before - a dash and
        before :param x:
        or Returns:
        ");
    }
}
