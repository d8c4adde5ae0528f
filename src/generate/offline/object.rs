//! What a verb acts on: the name's own words, the signature, or the instance.

use super::english::{self, Noun, is_adjective, is_one_of, is_participle};
use super::phrase::{Action, is_handle, returned_noun, subject};
use super::sketch::{Sketch, is_switch, is_vague, without_none};
use super::verbs;
use crate::docstring::words::words_of;
use crate::python::{DecoratorRole, Form, Parameter, Term};

impl Action {
    /// The words after the verb as its object.
    pub(super) fn object(&self, sketch: &Sketch<'_>, words: &[String]) -> String {
        let last = words.last().map_or("", String::as_str);
        // `sort_and_filter`, `mark_closed`, `is_..`
        if let [joint, verb, ..] = words
            && matches!(joint.as_str(), "and" | "or")
            && verbs::is_verb(verb)
        {
            let inner = Self {
                verb: format!("{} {joint} {}", self.verb, verbs::spelled(verb)),
                rest: words[2..].to_vec(),
            };
            let phrase = inner.phrase(sketch);
            return phrase
                .strip_prefix(&self.verb)
                .unwrap_or(&phrase)
                .trim()
                .to_owned();
        }
        let noun = Noun::of_words(words);
        if matches!(
            self.verb.as_str(),
            "mark" | "make" | "set" | "become" | "ensure" | "check" | "assert"
        ) && words.len() == 1
            && (is_participle(last) || is_adjective(last))
        {
            return match self.verb.as_str() {
                "mark" => format!("{} as {}", subject(sketch), noun.text()),
                "make" | "set" => format!("{} {}", subject(sketch), noun.text()),
                _ => format!("that {} is {}", subject(sketch), noun.text()),
            };
        }
        if let [is, rest @ ..] = words
            && matches!(is.as_str(), "is" | "has" | "not")
            && !rest.is_empty()
        {
            return format!("that {} {} {}", subject(sketch), is, english::spelled(rest));
        }
        let names_parameter = sketch
            .definition
            .documented_parameters()
            .any(|one| words_of(&one.name) == words);
        if words.len() == 1
            && is_adjective(last)
            && !names_parameter
            && !english::is_plural(noun.text())
        {
            return noun.text().to_owned();
        }
        let is_one_by_handle =
            self.rest.iter().any(|word| word == "by") && !noun.is_plural() && self.retrieves();
        if (self.creates() && !names_parameter) || is_one_by_handle {
            noun.with_a()
        } else {
            noun.with_the()
        }
    }

    /// What `load_from_file` loads, and `get_by_id` gets.
    pub(super) fn missing_object(&self, sketch: &Sketch<'_>, more: &[String]) -> Option<String> {
        if let Some(noun) = returned_noun(sketch)
            && (self.retrieves()
                || self.creates()
                || sketch.definition.has_role(DecoratorRole::ClassMethod))
        {
            return Some(english::with_a(&noun));
        }
        if sketch.definition.has_role(DecoratorRole::ClassMethod) {
            return sketch.instance_noun().map(|noun| english::with_a(&noun));
        }
        let mentioned = |parameter: &&Parameter| {
            let words = words_of(&parameter.name);
            !more.iter().any(|word| words.contains(word))
        };
        let first = sketch
            .required()
            .find(mentioned)
            .filter(|_| !self.retrieves());
        if let Some(noun) = first.and_then(|one| Noun::of(&one.name)) {
            return Some(noun.with_the());
        }
        (sketch.class.is_some() && !self.retrieves()).then(|| sketch.instance())
    }

    /// A name that is only a verb gets what it acts on from the signature.
    pub(super) fn with_object_of_signature(&self, sketch: &Sketch<'_>) -> String {
        let verb = &self.verb;
        let is_object = |one: &&Parameter| !is_switch(one);
        let first = sketch.required().find(is_object);
        let named = first.and_then(|one| Noun::of(&one.name).map(|noun| (one, noun)));
        if let Some(request) = Self::http_request(sketch) {
            return request;
        }
        let returned = returned_noun(sketch);
        if self.retrieves() {
            return self.retrieval(sketch, returned, named.as_ref());
        }
        if self.creates()
            && let Some(what) = returned.filter(|_| {
                named.is_none() || sketch.definition.has_role(DecoratorRole::ClassMethod)
            })
        {
            return format!("{verb} {}", english::with_a(&what));
        }
        let Some((parameter, noun)) = named else {
            return self.without_object(sketch);
        };
        let listener = sketch.required().find(|one| {
            matches!(
                one.name.as_str(),
                "handler" | "callback" | "listener" | "subscriber" | "observer" | "hook"
            )
        });
        if let Some(listener) = listener.filter(|_| {
            self.verb_is(&["subscribe", "register", "connect", "add", "attach", "bind"])
        }) && let Some(listener) = Noun::of(&listener.name)
        {
            return format!("{verb} {}", listener.with_a());
        }
        let object = if self.creates() && !is_vague(noun.text()) {
            noun.with_a()
        } else {
            noun.with_the()
        };
        if self.is_circumstance(parameter) && sketch.class.is_some() {
            return self.without_object(sketch);
        }
        // `set(key, value)`
        if matches!(verb.as_str(), "set" | "put" | "store")
            && is_handle(&parameter.name)
            && sketch
                .required()
                .nth(1)
                .is_some_and(|one| one.name == "value" || one.name == "val")
        {
            return format!("{verb} the value for {}", noun.with_a());
        }
        // `update(task_id)` is about the task.
        if let Some(whose) = noun.text().strip_suffix(" ID")
            && !matches!(
                verb.as_str(),
                "validate"
                    | "check"
                    | "parse"
                    | "normalize"
                    | "set"
                    | "format"
                    | "encode"
                    | "decode"
            )
        {
            return format!("{verb} the {whose}");
        }
        match self.place(sketch) {
            Some(place) => format!("{verb} {object} {place}"),
            None => format!("{verb} {object}"),
        }
    }

    /// «get a user by ID»
    fn retrieval(
        &self,
        sketch: &Sketch<'_>,
        returned: Option<String>,
        named: Option<&(&Parameter, Noun)>,
    ) -> String {
        let verb = &self.verb;
        let by = named
            .filter(|(one, _)| is_handle(&one.name))
            .map(|(_, noun)| noun);
        let is_search = matches!(verb.as_str(), "find" | "search" | "query");
        if is_search
            && let Some((parameter, noun)) = &named
            && matches!(
                parameter.name.as_str(),
                "text" | "query" | "pattern" | "term" | "terms" | "q" | "string"
            )
        {
            return format!("{verb} what matches {}", noun.with_the());
        }
        match (returned, by, named) {
            (Some(what), Some(by), _) => {
                format!("{verb} {} by {}", english::with_a(&what), by.text())
            }
            (None, Some(by), _) => format!("{verb} the value for {}", by.with_a()),
            (Some(what), None, _) => format!("{verb} {}", english::with_the(&what)),
            (None, None, Some((_, noun))) => format!("{verb} {}", noun.with_the()),
            (None, None, None) => self.without_object(sketch),
        }
    }

    /// Whether a parameter says how something is done, not to what.
    fn is_circumstance(&self, parameter: &Parameter) -> bool {
        let verb = &self.verb;
        // `connect(host)` is about the connection, not the host.
        let is_circumstance = is_one_of(
            &parameter.name,
            "\
        request context ctx timeout kwargs args config settings loop state instance sender using cls \
        indent depth level environ console app application session connection conn \
        cursor options client db database width height interval delay seconds",
        );
        // `split(parts: int)` says how, not what.
        let is_amount = parameter
            .annotation
            .as_deref()
            .is_some_and(|one| matches!(without_none(one).0, "int" | "float"))
            && !self.creates()
            && !matches!(
                verb.as_str(),
                "set"
                    | "take"
                    | "format"
                    | "round"
                    | "convert"
                    | "increase"
                    | "decrease"
                    | "deposit"
                    | "withdraw"
            );
        is_circumstance || is_amount
    }

    /// A verb whose object is the instance, if anything.
    pub(super) fn without_object(&self, sketch: &Sketch<'_>) -> String {
        if sketch.class.is_some() && !sketch.definition.has_role(DecoratorRole::StaticMethod) {
            return format!("{} {}", self.verb, sketch.instance());
        }
        if let Some(parameter) = sketch
            .definition
            .documented_parameters()
            .find(|one| !one.kind.stars().is_empty())
            && let Some(noun) = Noun::of(&parameter.name)
            && !matches!(
                parameter.name.as_str(),
                "args" | "kwargs" | "kw" | "options"
            )
        {
            return format!("{} {}", self.verb, noun.with_the());
        }
        self.verb.clone()
    }

    /// `client.get(url)`: the verbs of HTTP.
    fn http_request(sketch: &Sketch<'_>) -> Option<String> {
        let is_method = matches!(
            sketch.definition.name.as_str(),
            "get" | "post" | "put" | "patch" | "delete" | "head" | "options"
        );
        let first = sketch.definition.documented_parameters().next()?;
        (is_method && first.name == "url").then(|| {
            let name = sketch.definition.name.to_uppercase();
            let article = english::article(&name);
            format!("send {article} {name} request")
        })
    }

    /// «to the basket», where what is given goes into an attribute of the instance, or leaves it.
    pub(super) fn place(&self, sketch: &Sketch<'_>) -> Option<String> {
        let noun = sketch
            .instance_noun()
            .filter(|_| sketch.required().next().is_some())?;
        let is_given = |term: &Term| {
            let name = term.name().unwrap_or_default();
            sketch.required().any(|one| one.name == name) || sketch.is_local(name)
        };
        let goes_to = |methods: &[&str]| {
            sketch.body.calls.iter().any(|call| {
                let Some((callee, arguments)) = call.call() else {
                    return false;
                };
                let Form::Attribute(place, method) = &callee.form else {
                    return false;
                };
                methods.contains(&method.as_str())
                    && place.of_self().is_some()
                    && arguments.iter().any(|one| is_given(&one.value))
            })
        };
        let is_stored = || {
            sketch
                .body
                .assignments
                .iter()
                .any(|one| match &one.target.form {
                    Form::Item(place, key) => place.of_self().is_some() && is_given(key),
                    _ => false,
                })
        };
        if self.verb_is(&["add", "append", "insert", "push"])
            && (is_stored()
                || goes_to(&[
                    "append",
                    "add",
                    "insert",
                    "appendleft",
                    "extend",
                    "setdefault",
                    "update",
                ]))
        {
            return Some(format!("to the {noun}"));
        }
        if self.verb_is(&["remove", "discard", "delete"]) && goes_to(&["remove", "discard", "pop"])
        {
            return Some(format!("from the {noun}"));
        }
        None
    }
}
