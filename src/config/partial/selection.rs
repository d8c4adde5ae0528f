//! The keys that say which code is read, what in it needs a docstring, and when `check` and `score` fail.

use std::num::NonZeroU32;
use std::path::PathBuf;

use crate::config::choices::Preset;
use crate::config::per_file::PerFileIgnores;
use crate::config::rule_set::RuleSelector;
use crate::config::texts::Glob;
use crate::config::values::Percent;

layers! {
    /// Which files are read. Globs are as in `.gitignore`, relative to the settings' folder.
    PartialFiles {
        keys: {
            /// Globs a file must match one of; an empty list takes every Python file.
            include: Vec<Glob>,
            /// Globs of files and folders that are left out; a list given here replaces the default.
            exclude: Vec<Glob>,
            /// Globs of files and folders that are left out besides those of `exclude`; a flag
            /// adds to the file's list.
            extend_exclude: Vec<Glob>,
            /// Leave out what `.gitignore` leaves out.
            respect_gitignore: bool,
            /// Leave out excluded files even when they are named on the command line.
            force_exclude: bool,
        }
    }

    /// Which definitions need a docstring.
    PartialSelect {
        keys: {
            /// Whose rule says which definitions need a docstring; the next four change it.
            preset: Preset,
            /// Private definitions too: a leading underscore, or left out of `__all__`.
            private: bool,
            /// Functions inside functions too.
            nested: bool,
            /// Magic methods such as `__eq__` (code D105).
            magic: bool,
            /// `__init__` methods (code D107).
            init: bool,
            /// Files of tests.
            tests: bool,
            /// The lowest cyclomatic complexity of functions that count, at least 1.
            min_complexity: NonZeroU32,
        }
    }

    /// When `check` fails.
    PartialCheck {
        keys: {
            /// Coverage in percent below which `check` fails, 0 to 100; unset, any missing
            /// docstring fails it.
            fail_under: Percent,
            /// The file of findings to live with, relative to the settings' folder.
            baseline: PathBuf,
            /// Rules in force, by codes, beginnings of codes, or `ALL`.
            select: Vec<RuleSelector>,
            /// Rules in force besides those.
            extend_select: Vec<RuleSelector>,
            /// Rules not in force.
            ignore: Vec<RuleSelector>,
            /// Rules not in force in files that match a glob, relative to the settings' folder.
            per_file_ignores: PerFileIgnores,
        }
    }

    /// When `score` fails.
    PartialScore {
        keys: {
            /// The score below which `score` fails, 0 to 100; unset, no score does.
            fail_under: Percent,
        }
    }
}
