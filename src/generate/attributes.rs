//! The attributes that a class's docstring describes.

use crate::config::AttributesInDocstring;
use crate::python::{Attribute, Definition};

/// What a class declares in its body (fields of a dataclass, of attrs, pydantic, `NamedTuple` and
/// `TypedDict`, members of an enumeration, class variables), then what its `__init__` sets on the
/// instance, where these are wanted too; each without the private ones, in the order of the text. Properties have a docstring of
/// their own (Google Python style guide, 3.8.4).
pub(super) fn documented_attributes(
    definition: &Definition,
    described: AttributesInDocstring,
) -> impl Iterator<Item = &Attribute> {
    let (declared, set) = if definition.is_function() {
        (&[][..], &[][..])
    } else {
        let facts = &definition.facts;
        match described {
            AttributesInDocstring::All => (&facts.attributes[..], &facts.instance_attributes[..]),
            AttributesInDocstring::Declared => (&facts.attributes[..], &[][..]),
        }
    };
    declared
        .iter()
        .chain(set)
        .filter(|attribute| !attribute.name.starts_with('_'))
}
