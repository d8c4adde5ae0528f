//! Magic methods, by what Python calls them for (language reference, chapter 3).

use super::english::Noun;
use super::expression::is_self;
use super::sketch::Sketch;
use crate::docstring::words::capitalized;
use crate::python::Exit;

/// The summary of a magic method, without its period.
pub(super) fn summary(sketch: &Sketch<'_>) -> Option<String> {
    let name = sketch.definition.name.as_str();
    let it = sketch.instance();
    let said = match name {
        "__init__" => format!("initialize {it}"),
        "__new__" => format!("create {it}"),
        "__post_init__" => format!("complete {it} after its fields are set"),
        "__call__" => return None,
        "__repr__" => format!("return a representation of {it} for debugging"),
        "__str__" => format!("return {it} as a string"),
        "__bytes__" => format!("return {it} as bytes"),
        "__format__" => format!("format {it} by a format specification"),
        "__rich__" | "__rich_console__" => format!("render {it} for a rich console"),
        "__eq__" => format!("tell whether {it} equals another object"),
        "__ne__" => format!("tell whether {it} differs from another object"),
        "__lt__" => format!("tell whether {it} sorts before another one"),
        "__le__" => format!("tell whether {it} sorts before or equals another one"),
        "__gt__" => format!("tell whether {it} sorts after another one"),
        "__ge__" => format!("tell whether {it} sorts after or equals another one"),
        "__hash__" => format!("return the hash of {it}"),
        "__bool__" => format!("return the truth value of {it}"),
        "__len__" => format!("return the length of {it}"),
        "__length_hint__" => format!("estimate the length of {it}"),
        "__iter__" => format!("iterate over {it}"),
        "__next__" => "return the next item".to_owned(),
        "__reversed__" => format!("iterate over {it} in reverse order"),
        "__aiter__" => format!("iterate asynchronously over {it}"),
        "__anext__" => "return the next item asynchronously".to_owned(),
        "__await__" => format!("wait for {it}"),
        "__contains__" => format!("tell whether {it} contains an item"),
        "__getitem__" => {
            let is_index = first_named(sketch, &["index", "i", "idx"]);
            let place = if is_index { "at an index" } else { "for a key" };
            format!("return the item {place}")
        }
        "__setitem__" => "set the item for a key".to_owned(),
        "__delitem__" => "delete the item for a key".to_owned(),
        "__missing__" => "provide the value for a missing key".to_owned(),
        "__getattr__" => "return an attribute that is not found otherwise".to_owned(),
        "__getattribute__" => "return an attribute".to_owned(),
        "__setattr__" => "set an attribute".to_owned(),
        "__delattr__" => "delete an attribute".to_owned(),
        "__dir__" => format!("list the attributes of {it}"),
        "__get__" => "return the attribute's value".to_owned(),
        "__set__" => "set the attribute's value".to_owned(),
        "__delete__" => "delete the attribute's value".to_owned(),
        "__set_name__" => "take note of the class and name it is assigned to".to_owned(),
        "__init_subclass__" => "set up a new subclass".to_owned(),
        "__class_getitem__" => "return the class with type arguments".to_owned(),
        "__instancecheck__" => "tell whether an object counts as an instance".to_owned(),
        "__subclasscheck__" | "__subclasshook__" => {
            "tell whether a class counts as a subclass".to_owned()
        }
        "__prepare__" => "provide the namespace for a class body".to_owned(),
        "__enter__" => format!("enter the context of {it}"),
        "__exit__" => format!("leave the context of {it}"),
        "__aenter__" => format!("enter the asynchronous context of {it}"),
        "__aexit__" => format!("leave the asynchronous context of {it}"),
        "__del__" => format!("clean up before {it} goes away"),
        name => return conversion(name, &it).or_else(|| operator(name, &it)),
    };
    Some(said)
}

/// Copies, other types and rounding.
fn conversion(name: &str, it: &str) -> Option<String> {
    let said = match name {
        "__copy__" => format!("make a shallow copy of {it}"),
        "__deepcopy__" => format!("make a deep copy of {it}"),
        "__replace__" => format!("make a copy of {it} with some fields replaced"),
        "__reduce__" | "__reduce_ex__" | "__getstate__" | "__getnewargs__"
        | "__getnewargs_ex__" => {
            format!("return the state of {it} for pickling")
        }
        "__setstate__" => format!("restore {it} from a pickled state"),
        "__sizeof__" => format!("return the size of {it} in bytes"),
        "__int__" => format!("convert {it} to an integer"),
        "__float__" => format!("convert {it} to a float"),
        "__complex__" => format!("convert {it} to a complex number"),
        "__index__" => format!("convert {it} to an integer for indexing"),
        "__neg__" => format!("negate {it}"),
        "__pos__" => format!("return {it} with a plus sign"),
        "__abs__" => format!("return the absolute value of {it}"),
        "__invert__" => format!("invert {it}"),
        "__round__" => format!("round {it}"),
        "__floor__" => format!("round {it} down to an integer"),
        "__ceil__" => format!("round {it} up to an integer"),
        "__trunc__" => format!("truncate {it} to an integer"),
        "__divmod__" => format!("divide {it} and return quotient and remainder"),
        "__rdivmod__" => format!("divide by {it} and return quotient and remainder"),
        "__fspath__" => "return the file system path".to_owned(),
        "__html__" => format!("return {it} as HTML"),
        _ => return None,
    };
    Some(said)
}

fn first_named(sketch: &Sketch<'_>, names: &[&str]) -> bool {
    let first = sketch.definition.given_parameters().next();
    first.is_some_and(|first| names.contains(&first.name.as_str()))
}

/// `__add__`, `__radd__` and `__iadd__`, and those like them.
fn operator(name: &str, it: &str) -> Option<String> {
    let bare = name.strip_prefix("__")?.strip_suffix("__")?;
    let symbol = |bare: &str| -> Option<&'static str> {
        Some(match bare {
            "add" => "+",
            "sub" => "-",
            "mul" => "*",
            "truediv" => "/",
            "floordiv" => "//",
            "mod" => "%",
            "pow" => "**",
            "matmul" => "@",
            "and" => "&",
            "or" => "|",
            "xor" => "^",
            "lshift" => "<<",
            "rshift" => ">>",
            _ => return None,
        })
    };
    if symbol(bare).is_some() {
        return Some(match bare {
            "add" => format!("add another value to {it}"),
            "sub" => format!("subtract another value from {it}"),
            "mul" => format!("multiply {it} by another value"),
            "truediv" => format!("divide {it} by another value"),
            _ => format!(
                "apply the operator `{}` to {it} and another value",
                symbol(bare)?
            ),
        });
    }
    if let Some(reflected) = bare.strip_prefix('r').filter(|bare| symbol(bare).is_some()) {
        return Some(match reflected {
            "add" => format!("add {it} to another value"),
            "sub" => format!("subtract {it} from another value"),
            "mul" => format!("multiply another value by {it}"),
            "truediv" => format!("divide another value by {it}"),
            _ => format!(
                "apply the operator `{}` to another value and {it}",
                symbol(reflected)?
            ),
        });
    }
    let in_place = bare
        .strip_prefix('i')
        .filter(|bare| symbol(bare).is_some())?;
    Some(format!(
        "apply the operator `{}=` to {it}",
        symbol(in_place)?
    ))
}

/// What a magic method gives back, with its period; `values` are those that are not `None`.
pub(super) fn returned(sketch: &Sketch<'_>, values: &[&Exit]) -> Option<String> {
    let name = sketch.definition.name.as_str();
    let it = sketch.instance();
    Some(match name {
        "__len__" => {
            let [
                Exit {
                    value: Some(value), ..
                },
            ] = values
            else {
                return Some("The length.".to_owned());
            };
            let what = value
                .call()
                .filter(|(callee, _)| callee.name() == Some("len"))
                .and_then(|(_, arguments)| arguments.first())
                .and_then(|one| one.value.of_self())
                .and_then(Noun::of);
            match what.filter(Noun::is_plural) {
                Some(noun) => format!("The number of {}.", noun.text()),
                None => "The length.".to_owned(),
            }
        }
        "__hash__" => "The hash.".to_owned(),
        "__repr__" => "The representation.".to_owned(),
        "__str__" => "The string.".to_owned(),
        "__eq__" => format!("`True` if {it} equals the other object, `False` otherwise."),
        "__ne__" => format!("`True` if {it} differs from the other object, `False` otherwise."),
        "__lt__" | "__le__" | "__gt__" | "__ge__" => {
            format!("The result of comparing {it} with the other one.")
        }
        "__bool__" => format!("`True` if {it} counts as true, `False` otherwise."),
        "__contains__" => {
            let given = sketch.definition.given_parameters().next()?;
            format!(
                "`True` if `{}` is contained, `False` otherwise.",
                given.name
            )
        }
        "__enter__" | "__aenter__" if values.iter().all(|one| is_self(one)) => {
            capitalized(&format!("{it} itself."))
        }
        "__iter__" | "__aiter__" | "__reversed__" => match values {
            [only] if is_self(only) => capitalized(&format!("{it} itself.")),
            _ => "An iterator.".to_owned(),
        },
        "__exit__" | "__aexit__" => {
            "`True` to suppress the exception, otherwise something false.".to_owned()
        }
        "__next__" | "__anext__" => "The next item.".to_owned(),
        "__getitem__" => "The item.".to_owned(),
        "__fspath__" => "The path.".to_owned(),
        "__copy__" | "__deepcopy__" => "The copy.".to_owned(),
        "__new__" => "The new instance.".to_owned(),
        _ => return None,
    })
}
