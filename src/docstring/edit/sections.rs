//! Sections of a docstring: put in at their place, and given another header.

use super::Edited;
use super::outline::{Layout, Outline, Part, Section};
use crate::config::Style;
use crate::docstring::model::Docstring;
use crate::docstring::render::render;
use crate::docstring::wrap::columns;

impl Edited {
    /// Puts in the one section that `content` has beside its summary, in the layout of the sections that are
    /// there, at its place among them. Says whether there is such a place.
    #[must_use]
    pub fn insert_section(&mut self, part: Part, content: &Docstring, width: usize) -> bool {
        let text = self.text.clone();
        let outline = Outline::read(&text);
        let known = || {
            outline
                .sections
                .iter()
                .filter(|one| one.part != Part::Other)
        };
        let before = known().rfind(|one| one.part < part);
        let after = known().find(|one| one.part > part);
        let Some(anchor) = before.or(after) else {
            return false;
        };
        let margin = outline.indentation(anchor.lines.start);
        let style = match anchor.layout {
            Layout::Google => Style::Google,
            Layout::Numpy => Style::Numpy,
            Layout::Sphinx => Style::Sphinx,
        };
        let rendered = render(
            content,
            style,
            width.saturating_sub(columns(margin)).max(32),
        );
        let Some((_, section)) = rendered.split_once("\n\n") else {
            return false;
        };
        let with_tabs = margin.contains('\t');
        let lines: Vec<String> = section
            .lines()
            .map(|line| match line {
                "" => String::new(),
                line if with_tabs => format!("{margin}{}", tabbed(line)),
                line => format!("{margin}{line}"),
            })
            .collect();
        let lines = lines.join("\n");
        let gap = if anchor.layout == Layout::Sphinx {
            "\n"
        } else {
            "\n\n"
        };
        if before.is_some() {
            let at = outline.line_end(anchor.lines.end - 1);
            self.replace(at..at, &format!("{gap}{lines}"));
        } else if anchor.lines.start == 0 {
            return false;
        } else {
            let at = outline.start(anchor.lines.start);
            self.replace(at..at, &format!("{lines}{gap}"));
        }
        true
    }

    /// Makes a section about what is returned one about what is yielded, or the other way round, by
    /// its header alone. Says whether that could be done.
    #[must_use]
    pub fn retitle(&mut self, at: usize) -> bool {
        let text = self.text.clone();
        let outline = Outline::read(&text);
        let line = outline.line_at(at);
        let Some(section) = outline.sections.iter().find(|one| one.lines.start == line) else {
            return false;
        };
        if section.layout == Layout::Sphinx {
            return self.retitle_fields(&outline, section.part);
        }
        let start = outline.content(&section.lines).start + indentation(&outline, section);
        let title = outline.says(line).trim_end_matches(':').trim_end();
        let Some(new) = other_title(title) else {
            return false;
        };
        let title_end = start + title.len();
        if section.layout == Layout::Numpy {
            let rule = outline.says(line + 1);
            if columns(rule) == columns(title) {
                let mark = rule.get(..1).unwrap_or("-");
                let rule_start = outline.end(line + 1) - rule.len();
                self.replace(rule_start..rule_start + rule.len(), &mark.repeat(new.len()));
            }
        }
        self.replace(start..title_end, &new);
        true
    }

    fn retitle_fields(&mut self, outline: &Outline<'_>, part: Part) -> bool {
        let is_return = matches!(part, Part::Returns | Part::ReturnType);
        let fields = outline.sections.iter().filter(|one| match one.part {
            Part::Returns | Part::ReturnType => is_return,
            Part::Yields | Part::YieldType => !is_return,
            _ => false,
        });
        for field in fields.rev() {
            let line = field.lines.start;
            let kind = outline.says(line).trim_start_matches(':');
            let kind = kind.split(':').next().unwrap_or_default();
            let Some(new) = other_title(kind) else {
                return false;
            };
            let start = outline.content(&field.lines).start + indentation(outline, field) + 1;
            self.replace(start..start + kind.len(), &new);
        }
        true
    }
}

/// Bytes before what the section's first line says.
fn indentation(outline: &Outline<'_>, section: &Section) -> usize {
    let line = section.lines.start;
    let start = outline.start(line);
    outline.end(line) - outline.says(line).len() - start
}

/// `Yields` for `Returns`, in the same letters, and the other way round.
fn other_title(title: &str) -> Option<String> {
    let other = match title.to_ascii_lowercase().as_str() {
        "returns" => "yields",
        "return" => "yield",
        "yields" => "returns",
        "yield" => "return",
        "rtype" => "ytype",
        "ytype" => "rtype",
        _ => return None,
    };
    let is_upper = |c: char| c.is_ascii_uppercase();
    Some(match title.chars().position(is_upper) {
        None => other.to_owned(),
        _ if title.chars().all(is_upper) => other.to_ascii_uppercase(),
        _ => other[..1].to_ascii_uppercase() + &other[1..],
    })
}

/// Four leading blanks as a tab.
fn tabbed(line: &str) -> String {
    let rest = line.trim_start_matches(' ');
    let blanks = line.len() - rest.len();
    format!(
        "{}{}{rest}",
        "\t".repeat(blanks / 4),
        " ".repeat(blanks % 4)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docstring::{Entry, Value};

    fn with(text: &str, part: Part) -> String {
        let entry = Entry {
            name: "OSError".into(),
            annotation: None,
            text: "If it fails.".into(),
        };
        let value = Value {
            annotation: None,
            text: "The sum.".into(),
        };
        let content = match part {
            Part::Raises => Docstring {
                raises: vec![entry],
                ..Docstring::default()
            },
            Part::Arguments => Docstring {
                args: vec![entry],
                ..Docstring::default()
            },
            _ => Docstring {
                returns: Some(value),
                ..Docstring::default()
            },
        };
        let mut edited = Edited::new(text);
        assert!(edited.insert_section(part, &content, 88));
        edited.text().to_owned()
    }

    #[test]
    fn a_section_comes_to_its_place() {
        let google = "Do.\n\n    Args:\n        a: One.\n\n    Note:\n        More.\n    ";
        assert_eq!(
            with(google, Part::Returns),
            google.replace("One.\n", "One.\n\n    Returns:\n        The sum.\n")
        );
        let numpy = "Do.\n\n    Raises\n    ------\n    KeyError\n        If.\n    ";
        assert_eq!(
            with(numpy, Part::Returns),
            numpy.replace(
                "Do.\n\n",
                "Do.\n\n    Returns\n    -------\n    Any\n        The sum.\n\n"
            )
        );
        let sphinx = "Do.\n\n    :param a: One.\n    :type a: int\n    :rtype: int\n    ";
        assert_eq!(
            with(sphinx, Part::Raises),
            sphinx.replace(
                "rtype: int\n",
                "rtype: int\n    :raises OSError: If it fails.\n"
            )
        );
        let tabs = "Do.\n\n\tReturns:\n\t\tOne.\n\t";
        assert_eq!(
            with(tabs, Part::Arguments),
            "Do.\n\n\tArgs:\n\t\tOSError: If it fails.\n\n\tReturns:\n\t\tOne.\n\t"
        );
    }

    #[test]
    fn a_header_is_changed_and_its_words_stay() {
        let changed = |text: &str, header: &str| {
            let mut edited = Edited::new(text);
            assert!(edited.retitle(text.find(header).unwrap()));
            edited.text().to_owned()
        };
        assert_eq!(
            changed("Do.\n\n    Returns:\n        Each.\n    ", "Returns"),
            "Do.\n\n    Yields:\n        Each.\n    "
        );
        assert_eq!(
            changed("Do.\n\n    Yield\n    -----\n    int\n    ", "Yield"),
            "Do.\n\n    Return\n    ------\n    int\n    "
        );
        assert_eq!(
            changed(
                "Do.\n\n    :rtype: int\n    :return: Each.\n    ",
                ":return"
            ),
            "Do.\n\n    :ytype: int\n    :yield: Each.\n    "
        );
    }
}
