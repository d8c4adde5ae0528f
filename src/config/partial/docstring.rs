//! The keys that say how a docstring is laid out and what its words are like.

use super::service::{PartialAzureSearch, PartialEmbeddings};
use crate::config::choices::{
    AttributesChoice, MaxSource, RaisesInDocstring, StyleChoice, TypesChoice, WantedSection,
};
use crate::config::language::Language;
use crate::config::texts::Glob;
use crate::config::values::LineLength;
use crate::config::wording::Direction;

layers! {
    /// How a docstring is written.
    PartialDocstring {
        keys: {
            /// How the sections are laid out: `google`, `numpy`, `sphinx`, or `auto`, as nearly all
            /// of the project's docstrings are, and `google` if they are of several minds.
            style: StyleChoice,
            /// Columns a line may have, indentation included, 40 to 320. Unset: the project's own
            /// ruff or black setting, or else 88.
            line_length: LineLength,
            /// Whether argument and return types are repeated in the docstring: `omit`, `include`,
            /// or `auto`, as the project's docstrings have it, and `omit` if they are of several minds.
            types: TypesChoice,
            /// Which exceptions are described: those that the body itself raises (`own`), or those
            /// of the project's functions that it calls, too (`calls`).
            raises: RaisesInDocstring,
            /// Which attributes a class's docstring describes: those that its body declares and those that
            /// `__init__` sets (`all`), the first alone (`declared`), or `auto`: `all`, unless the project
            /// has pydoclint compare them with what the body declares.
            attributes: AttributesChoice,
        }
    }

    /// What the words of a docstring are like.
    PartialStyle {
        keys: {
            /// How the words sound, in a few plain words.
            tone: Direction,
            /// Rules of the house, told to the model one by one.
            rules: Vec<Direction>,
            /// The language of the words: a BCP 47 tag (`de`, `pt-BR`) or an English name.
            language: Language,
            /// Sections wanted besides the usual: `examples`, `notes`.
            sections: Vec<WantedSection>,
            /// What is otherwise in some files.
            overrides: Vec<PartialStyleOverride>,
        }
    }

    /// What is otherwise in some files.
    PartialStyleOverride {
        keys: {
            /// Globs of the files, of a name or of a path from the settings' folder.
            paths: Vec<Glob>,
            /// How the words sound there.
            tone: Direction,
            /// Rules that hold there besides those of every file.
            rules: Vec<Direction>,
            /// The language of the words there.
            language: Language,
            /// Sections wanted there besides the usual.
            sections: Vec<WantedSection>,
            /// How much of the source the model is shown there.
            max_source: MaxSource,
        }
    }

    /// Documented definitions of the project that a prompt shows for their manner. They are found by
    /// their words, unless one of the two services is set up.
    PartialExamples {
        sections: {
            /// Finds examples by meaning: a deployment of an embedding model.
            embeddings: PartialEmbeddings,
            /// Finds examples with Azure AI Search.
            azure_search: PartialAzureSearch,
        }
        keys: {
            /// Examples in a prompt, at most; 0 shows none.
            count: u8,
        }
    }
}
