//! How the project writes: heard from its files while they are read for other reasons.

use std::sync::{Mutex, PoisonError};

use crate::config::Config;
use crate::generate::{AnalyzedFile, Habits, Heard, Listener, Voice};
use crate::source::Discovered;
use crate::store::{Access, Database};

/// Listens to each file of a project as it goes by.
pub(super) struct Ear<'c> {
    config: &'c Config,
    wanted: Wanted,
}

/// What is listened for.
enum Wanted {
    /// Nothing: nobody will ask.
    Nothing,
    /// The project's conventions alone.
    Habits(Mutex<Habits>),
    /// Examples too.
    Examples {
        listener: Box<Listener>,
        heard: Mutex<Vec<Heard>>,
    },
}

/// What was heard.
#[derive(Debug, Default)]
pub(super) struct Manner {
    /// What the project's docstrings are like.
    pub(super) habits: Habits,
    /// Its examples, where a model is to be shown any.
    pub(super) voice: Option<Voice>,
}

impl<'c> Ear<'c> {
    /// Listens for what a run with these settings can use, whose words a model writes if `by_model`.
    /// The state folder is made only with `access` to do so.
    pub(super) fn new(config: &'c Config, by_model: bool, access: Access) -> Self {
        let open = config.docstring.open;
        let shows_examples = by_model && config.examples > 0;
        let listener = if shows_examples {
            listener(config, access)
        } else {
            None
        };
        let wanted = match listener {
            Some(listener) => Wanted::Examples {
                listener: Box::new(listener),
                heard: Mutex::default(),
            },
            None if open.style || open.types || shows_examples => Wanted::Habits(Mutex::default()),
            None => Wanted::Nothing,
        };
        Self { config, wanted }
    }

    /// Listens to a file. Run it on a thread with [`crate::python::STACK_BYTES`] of stack.
    pub(super) fn hear(&self, file: &AnalyzedFile) {
        match &self.wanted {
            Wanted::Nothing => {}
            Wanted::Habits(habits) => {
                let of_file = Habits::of_file(file);
                let mut sum = habits.lock().unwrap_or_else(PoisonError::into_inner);
                *sum = sum.plus(of_file);
            }
            Wanted::Examples { listener, heard } => {
                let max_source = self.config.wordings.of_file(&file.source.path).max_source;
                let one = listener.hear(file, max_source);
                heard
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(one);
            }
        }
    }

    /// Whether it has all that it wants of a file with this content, whose `habits` are known, so that the
    /// file need not be parsed for it.
    pub(super) fn has_heard(&self, file: &Discovered, bytes: &[u8], habits: Habits) -> bool {
        match &self.wanted {
            Wanted::Nothing => true,
            Wanted::Habits(sum) => {
                let mut sum = sum.lock().unwrap_or_else(PoisonError::into_inner);
                *sum = sum.plus(habits);
                true
            }
            Wanted::Examples { listener, heard } => {
                let max_source = self.config.wordings.of_file(&file.path).max_source;
                let known = listener.has_heard(&file.path, bytes, max_source);
                let is_known = known.is_some();
                heard
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend(known);
                is_known
            }
        }
    }

    /// Puts together what was heard.
    pub(super) fn finish(self) -> Manner {
        let manner = match self.wanted {
            Wanted::Nothing => return Manner::default(),
            Wanted::Habits(habits) => Manner {
                habits: habits.into_inner().unwrap_or_else(PoisonError::into_inner),
                voice: None,
            },
            Wanted::Examples { listener, heard } => {
                let heard = heard.into_inner().unwrap_or_else(PoisonError::into_inner);
                let voice = listener.finish(heard);
                Manner {
                    habits: *voice.habits(),
                    voice: Some(voice),
                }
            }
        };
        let mut style = self.config.docstring.clone();
        style.follow(manner.habits.style(), manner.habits.types());
        tracing::debug!("the project has {}", manner.habits);
        tracing::debug!(
            "so new ones are written in {} style{}, with types {}{}",
            style.style,
            said(!style.open.style),
            match style.types {
                crate::config::TypesInDocstring::Omit => "left out",
                crate::config::TypesInDocstring::Include => "repeated",
            },
            said(!style.open.types),
        );
        manner
    }
}

fn said(by_settings: bool) -> &'static str {
    if by_settings {
        " (as the settings say)"
    } else {
        ""
    }
}

/// A run without a database, which not even memory has room for, has no examples.
fn listener(config: &Config, access: Access) -> Option<Listener> {
    let root = &config.files.root;
    let opened = Database::open(root, access);
    let listener = opened.and_then(|database| Listener::new(database, root));
    listener
        .inspect_err(|error| tracing::debug!("no examples are shown: {error}"))
        .ok()
}
