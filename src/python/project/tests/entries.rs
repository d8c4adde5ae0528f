//! What is told of a definition, and found by its name.

use super::{id, project};
use crate::python::DefinitionId;

#[test]
fn dotted_names_are_resolved_from_where_they_stand() {
    let project = project(&[
        ("a/__init__.py", "from .m import A as Renamed"),
        (
            "a/m.py",
            "import a\nclass A:\n    def f(self): ...\n    def g(self): ...\n    class In: ...\n",
        ),
    ]);
    let from = id(&project, "a/m.py::A.f");
    let resolve = |dotted: &str| {
        let found = project.resolve(from, dotted);
        found.map(|id| project.entry(id).id()).unwrap_or_default()
    };
    assert_eq!(resolve("self.g"), "a/m.py::A.g");
    assert_eq!(resolve("A.In"), "a/m.py::A.In");
    assert_eq!(resolve("a.Renamed.g"), "a/m.py::A.g");
    assert_eq!(resolve("a.m"), "a/m.py::");
    assert_eq!(resolve("In"), "");
    assert_eq!(resolve(""), "");
    assert_eq!(resolve("."), "");
    assert_eq!(resolve("self..g"), "");
    assert_eq!(resolve("super("), "");
    assert_eq!(resolve("A)("), "");
    let a = id(&project, "a/m.py::A");
    assert_eq!(project.member(a, "g"), Some(id(&project, "a/m.py::A.g")));
    assert_eq!(project.member(a, "h"), None);
}

#[test]
fn the_names_of_the_project_are_known() {
    let project = project(&[
        ("shop/__init__.py", ""),
        (
            "shop/cart.py",
            "LIMIT = 1\nimport json\nclass Cart:\n    size: int\n    def add(self, item):\n        self.items = [item]\n        local = 1\n",
        ),
    ]);
    for name in ["shop", "cart", "LIMIT", "Cart", "size", "add", "items"] {
        assert!(project.defines(name), "{name}");
    }
    for name in ["local", "item", "nothing", ""] {
        assert!(!project.defines(name), "{name}");
    }
}

#[test]
fn entries_say_what_others_see() {
    let project = project(&[(
        "m.py",
        "class A(B, metaclass=M):\n    \"\"\"\n    Hold it.\n\n    More.\n    \"\"\"\n    async def f(self, a, /, b: int = 1, *args, c: 'x' = (\n        1,  # one\n    ), **kw) -> None:\n        raise KeyError\n",
    )]);
    let class = project.entry(id(&project, "m.py::A"));
    assert_eq!(class.header, "class A(B)");
    assert_eq!(class.summary.as_deref(), Some("Hold it."));
    let f = id(&project, "m.py::A.f");
    let entry = project.entry(f);
    assert_eq!(
        entry.header,
        "async def f(self, a, /, b: int = 1, *args, c: 'x' = ( 1, ), **kw) -> None"
    );
    assert_eq!((entry.place.line, entry.summary.as_deref()), (7, None));
    assert_eq!(entry.raises, ["KeyError"]);
    assert_eq!(
        project
            .children(id(&project, "m.py::A"))
            .collect::<Vec<_>>(),
        [f]
    );
    let elsewhere = DefinitionId {
        module: 9,
        definition: 9,
    };
    assert_eq!(project.entry(elsewhere).qualified_name, "");
    assert_eq!(project.callees(elsewhere), []);
}
