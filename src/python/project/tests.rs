use std::path::{Path, PathBuf};

use super::*;
use crate::python::{FileRole, analyze, parse};

/// A project below `/p`; packages are the folders that have an `__init__.py` among the files.
fn project(files: &[(&str, &str)]) -> Project {
    project_with(files, &["/p", "/p/src"])
}

fn project_with(files: &[(&str, &str)], roots: &[&str]) -> Project {
    let facts = files.iter().map(|(name, text)| {
        let path = Path::new("/p").join(name);
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        let role = FileRole {
            is_package: stem == "__init__",
            name: stem,
            is_private: false,
        };
        let is_package = |folder: &Path| {
            let init = folder.join("__init__.py");
            files
                .iter()
                .any(|(name, _)| Path::new("/p").join(name) == init)
        };
        let mut folders = path.ancestors().skip(1).skip_while(|one| is_package(one));
        let module = analyze(&parse(text).unwrap(), text, &role);
        let file = FileName::new(Path::new(name), Path::new(""));
        ModuleFacts::read(&file, &path, folders.next().unwrap(), &module)
    });
    let roots: Vec<PathBuf> = roots.iter().map(PathBuf::from).collect();
    Project::build(facts.collect(), &roots)
}

fn id(project: &Project, name: &str) -> DefinitionId {
    let found = project.ids().find(|id| project.entry(*id).id() == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

fn names(project: &Project, ids: &[DefinitionId]) -> String {
    let names: Vec<String> = ids.iter().map(|id| project.entry(*id).id()).collect();
    names.join(" ")
}

fn callees(project: &Project, name: &str) -> String {
    names(project, project.callees(id(project, name)))
}

/// What `main.f` of these files calls.
fn called(files: &[(&str, &str)]) -> String {
    callees(&project(files), "main.py::f")
}

#[test]
fn imports_lead_to_what_they_name() {
    let shop = "def price(): ...\nclass Cart:\n    def add(self): ...\n";
    let cases = [
        ("import shop.cart\ndef f(): shop.cart.price()", "price"),
        ("import shop.cart as c\ndef f(): c.price()", "price"),
        ("from shop import cart\ndef f(): cart.price()", "price"),
        ("from shop import cart as c\ndef f(): c.Cart()", "Cart"),
        ("from shop.cart import price as p\ndef f(): p()", "price"),
        ("from shop.cart import *\ndef f(): price()", "price"),
        (
            "def f():\n    from shop.cart import price\n    price()",
            "price",
        ),
        (
            "from shop.cart import Cart\ndef f(): Cart.add(1)",
            "Cart.add",
        ),
        (
            "from shop.cart import Cart\ndef f(): Cart().add()",
            "Cart Cart.add",
        ),
        ("from shop.cart import Cart\nC = Cart\ndef f(): C()", "Cart"),
        ("from shop.cart import price\ndef f(price): price()", ""),
        (
            "from shop.cart import price\ndef f():\n    price = 1\n    price()",
            "",
        ),
        (
            "from shop.cart import price\nprice = wrap(price)\ndef f(): price()",
            "",
        ),
        (
            "from shop.cart import price\ndef f(): [price() for price in x]",
            "",
        ),
        (
            "from shop.cart import price\ndef f(): lambda price: price()",
            "",
        ),
        ("from elsewhere import price\ndef f(): price()", ""),
        (
            "try:\n    from fast import price\nexcept ImportError:\n    from shop.cart import price\ndef f(): price()",
            "",
        ),
        ("import shop\ndef f(): shop.nothing()", ""),
        ("def f(): price()", ""),
    ];
    for (text, expected) in cases {
        let files = [
            ("shop/__init__.py", ""),
            ("shop/cart.py", shop),
            ("main.py", text),
        ];
        let expected: Vec<String> = expected
            .split_whitespace()
            .map(|name| format!("shop/cart.py::{name}"))
            .collect();
        assert_eq!(called(&files), expected.join(" "), "{text}");
    }
}

#[test]
fn relative_imports_count_from_their_package() {
    let project = project(&[
        (
            "a/__init__.py",
            "from . import one\nfrom .one import g as h\ndef top(): one.g(); h()",
        ),
        ("a/one.py", "def g(): ..."),
        ("a/b/__init__.py", ""),
        (
            "a/b/two.py",
            "from ..one import g\nfrom .. import one\nfrom . import three\ndef f(): g(); one.g(); three.t()",
        ),
        ("a/b/three.py", "def t(): ..."),
    ]);
    assert_eq!(callees(&project, "a/__init__.py::top"), "a/one.py::g");
    assert_eq!(
        callees(&project, "a/b/two.py::f"),
        "a/one.py::g a/b/three.py::t"
    );
    let g = id(&project, "a/one.py::g");
    assert_eq!(
        names(&project, project.callers(g)),
        "a/__init__.py::top a/b/two.py::f"
    );
}

#[test]
fn re_exports_are_followed_to_the_definition() {
    let files = |inner: &'static str, outer: &'static str| {
        [
            ("a/__init__.py", outer),
            ("a/b/__init__.py", inner),
            (
                "a/b/_c.py",
                "__all__ = ['g', '_k']\ndef g(): ...\ndef _k(): ...\ndef hidden(): ...",
            ),
            ("main.py", "from a import g\ndef f(): g()"),
        ]
    };
    let found = "a/b/_c.py::g";
    assert_eq!(
        called(&files("from ._c import g", "from .b import g")),
        found
    );
    assert_eq!(
        called(&files("from ._c import *", "from .b import *")),
        found
    );
    assert_eq!(
        called(&files("from ._c import hidden as g", "from a.b import g")),
        "a/b/_c.py::hidden"
    );
    assert_eq!(
        called(&files("from ._c import *", "from .b import hidden as g")),
        ""
    );
    assert_eq!(
        called(&files("from ._c import *", "from .b import _k as g")),
        "a/b/_c.py::_k"
    );
    // Modules that import from each other.
    assert_eq!(called(&files("from .. import g", "from .b import g")), "");
    assert_eq!(called(&files("from .. import *", "from .b import *")), "");
}

#[test]
fn a_name_of_a_package_hides_the_module_of_that_name() {
    let files = [
        ("a/__init__.py", "from .run import run"),
        ("a/run.py", "def run(): ..."),
        (
            "main.py",
            "import a\nfrom a import run\ndef f():\n    a.run()\n    run()\n    a.run.run()",
        ),
    ];
    assert_eq!(called(&files), "a/run.py::run");
}

#[test]
fn files_without_a_package_are_found_by_their_folders() {
    let main = "import ns.deep.m\nimport near\nfrom pkg import g\ndef f():\n    ns.deep.m.h()\n    near.n()\n    g()";
    let files = [
        ("src/ns/deep/m.py", "def h(): ..."),
        ("src/pkg/__init__.py", "def g(): ..."),
        ("scripts/near.py", "def n(): ..."),
        ("scripts/main.py", main),
        ("libs/core/src/core/__init__.py", "def c(): ..."),
        (
            "main.py",
            "import near\nimport core\ndef f():\n    near.n()\n    core.c()",
        ),
    ];
    let project = project(&files);
    assert_eq!(
        callees(&project, "scripts/main.py::f"),
        "src/ns/deep/m.py::h scripts/near.py::n src/pkg/__init__.py::g"
    );
    assert_eq!(callees(&project, "main.py::f"), "");
    let dotted: Vec<String> = (0..project.module_count())
        .filter_map(|index| project.dotted_name(index))
        .collect();
    assert_eq!(
        dotted,
        [
            "ns.deep.m",
            "pkg",
            "scripts.near",
            "scripts.main",
            "libs.core.src.core",
            "main"
        ]
    );
    let several = project_with(&files, &["/p", "/p/src", "/p/libs/core/src"]);
    assert_eq!(
        callees(&several, "main.py::f"),
        "libs/core/src/core/__init__.py::c"
    );
}

#[test]
fn a_stub_stands_in_where_there_is_no_source() {
    let files = [
        ("a.pyi", "def stubbed(): ..."),
        ("b.py", "def real(): ..."),
        ("b.pyi", "def real(): ...\ndef only_in_stub(): ..."),
        (
            "main.py",
            "import a, b\ndef f():\n    a.stubbed()\n    b.real()\n    b.only_in_stub()",
        ),
    ];
    assert_eq!(called(&files), "a.pyi::stubbed b.py::real");
}

/// What `f`, a method of `C`, calls in a file of these lines, without the file's name.
fn in_class(text: &str) -> String {
    let project = project(&[("m.py", text)]);
    callees(&project, "m.py::C.f").replace("m.py::", "")
}

const METHODS: &[(&str, &str)] = &[
    (
        "class C:\n    def f(self): self.g()\n    def g(self): ...",
        "C.g",
    ),
    (
        "class A:\n    def g(self): ...\nclass C(A):\n    def f(self): self.g()",
        "A.g",
    ),
    (
        "class A:\n    def g(self): ...\nclass C(A):\n    def f(self): super().g()\n    def g(self): ...",
        "A.g",
    ),
    (
        "class A:\n    def f(self): ...\nclass C(A):\n    def f(self): super(C, self).f()",
        "A.f",
    ),
    (
        "class A:\n    def g(self): ...\nclass B(A): ...\nclass D(A):\n    def g(self): ...\nclass C(B, D):\n    def f(self): self.g()",
        "D.g",
    ),
    (
        "class C:\n    @classmethod\n    def f(cls): cls(); cls.g()\n    def g(self): ...",
        "C C.g",
    ),
    (
        "class C:\n    @staticmethod\n    def f(self): self.g()\n    def g(self): ...",
        "",
    ),
    (
        "from x import Base\nclass A:\n    def g(self): ...\nclass C(Base, A):\n    def f(self): self.g()",
        "",
    ),
    (
        "from x import Base\nclass A:\n    def g(self): ...\nclass C(A, Base):\n    def f(self): self.g(); self.h()",
        "A.g",
    ),
    (
        "class A(Generic[T], Protocol): ...\nclass B:\n    def g(self): ...\nclass C(A[int], B):\n    def f(self): self.g()",
        "B.g",
    ),
    ("class C(C):\n    def f(self): self.g()", ""),
    (
        "class C:\n    def f(self): self.g()\n    def g(self): ...\n    g = wrap(g)",
        "",
    ),
    (
        "class C:\n    def f(self):\n        self.g = 1\n        self.g()\n    def g(self): ...",
        "",
    ),
    (
        "def g(): ...\nclass C:\n    def f(self): g()\n    def g(self): ...",
        "g",
    ),
    (
        "class C:\n    def f(self):\n        def inner(): self.g()\n        inner()\n    def g(self): ...",
        "C.f.inner",
    ),
    (
        "class C:\n    def f(self): self.__g()\n    def __g(self): ...",
        "C.__g",
    ),
    (
        "class A:\n    def __g(self): ...\nclass C(A):\n    def f(self): self.__g()",
        "",
    ),
    (
        "class C:\n    def f(self): self.g()\n    def _g(self): ...\n    g = _g",
        "C._g",
    ),
    (
        "class C:\n    def f(self): self()\n    def __call__(self): ...",
        "C.__call__",
    ),
    (
        "class C:\n    @property\n    def g(self): ...\n    def f(self): self.g()",
        "",
    ),
    (
        "class C:\n    def f(self): C.g(self); C.Inner()\n    def g(self): ...\n    class Inner: ...",
        "C.g C.Inner",
    ),
];

#[test]
fn methods_are_found_through_bases() {
    for (text, expected) in METHODS {
        assert_eq!(in_class(text), *expected, "{text}");
    }
}

#[test]
fn objects_are_followed_where_their_class_is_evident() {
    let cases = [
        ("def __init__(self): self.r = R()", "R.save"),
        ("def __init__(self, r: R): self.r = r", "R.save"),
        (
            "def __init__(self, r: 'R | None' = None): self.r = r or R()",
            "R.save",
        ),
        ("def __init__(self, r=None): self.r = r or R()", ""),
        (
            "def __init__(self): self.r = None\n    def open(self): self.r = R()",
            "R.save",
        ),
        (
            "def __init__(self): self.r = R()\n    def open(self): self.r = other()",
            "",
        ),
        ("r: R", "R.save"),
        ("r: Optional[R] = None", "R.save"),
        ("r = R()", ""),
        ("def __init__(self): self.r = make()", "R.save"),
        ("def __init__(self): self.r, x = R(), 1", ""),
        ("@property\n    def r(self) -> R: ...", "R.save"),
        ("@property\n    def r(self): return R()", ""),
        ("def __init__(self): self.r = N()", ""),
        ("r: D", ""),
    ];
    for (lines, expected) in cases {
        let text = format!(
            "class R:\n    def save(self): ...\nclass N(R):\n    def __new__(cls): ...\nclass D(R):\n    def __get__(self): ...\ndef make() -> R: ...\nclass C:\n    {lines}\n    def f(self): self.r.save()\n"
        );
        assert_eq!(in_class(&text), expected, "{lines}");
    }
}

#[test]
fn locals_and_awaited_objects_are_followed_too() {
    let cases = [
        ("def f():\n    r = R()\n    r.save()", "R R.save"),
        ("def f(r: R): r.save()", "R.save"),
        ("def f(r: R):\n    r = wrap(r)\n    r.save()", ""),
        ("def f(r: type[R]): r().save()", "R R.save"),
        ("def f():\n    R.make().save()", "R.make R.save"),
        (
            "async def f():\n    r = await R.open()\n    r.save()",
            "R.open R.save",
        ),
        ("async def f():\n    r = R.open()\n    r.save()", "R.open"),
        ("def f():\n    for r in R():\n        r.save()", "R"),
        ("r = R()\ndef f(): r.save()", "R.save"),
        (
            "def f():\n    global r\n    r = R()\n    r.save()",
            "R R.save",
        ),
        (
            "r = None\ndef g():\n    global r\n    r = 1\ndef f(): r.save()",
            "",
        ),
        (
            "def f():\n    r = R()\n    def g():\n        nonlocal r\n        r = 1\n    r.save()",
            "R",
        ),
        ("def f(*r: R): r.save()", ""),
    ];
    for (text, expected) in cases {
        let text = format!(
            "class R:\n    def save(self): ...\n    @classmethod\n    def make(cls) -> 'Self': ...\n    @classmethod\n    async def open(cls) -> 'R': ...\n{text}\n"
        );
        let found = called(&[("main.py", &text)]).replace("main.py::", "");
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn of_several_definitions_of_a_name_one_is_meant() {
    let cases = [
        ("def g(): ...\ndef g(): ...", "g#2"),
        ("if x:\n    def g(): ...\nelse:\n    def g(): ...", "g"),
        ("if x:\n    def g(): ...\ndef g(): ...", "g#2"),
        (
            "from typing import overload\n@overload\ndef g(a): ...\n@overload\ndef g(b): ...\ndef g(c): ...",
            "g#3",
        ),
        (
            "try:\n    from x import g\nexcept ImportError:\n    def g(): ...",
            "",
        ),
    ];
    for (text, expected) in cases {
        let text = format!("{text}\ndef f(): g()\n");
        let found = called(&[("main.py", &text)]).replace("main.py::", "");
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn a_method_overrides_that_of_the_nearest_base() {
    let project = project(&[(
        "m.py",
        "import x\nclass A:\n    def f(self): ...\n    def __p(self): ...\nclass B(A): ...\nclass C(x.Y, B):\n    def f(self): ...\n    def __p(self): ...\n    def g(self): ...\n",
    )]);
    let of = |name: &str| {
        let overridden = project.overridden(id(&project, name));
        overridden.map(|id| project.entry(id).qualified_name.clone())
    };
    assert_eq!(of("m.py::C.f").as_deref(), Some("A.f"));
    assert_eq!(of("m.py::C.g"), None);
    assert_eq!(of("m.py::C.__p"), None);
    let bases = |name: &str| names(&project, project.bases(id(&project, name)));
    assert_eq!(bases("m.py::C"), "m.py::B");
}

#[test]
fn what_called_functions_raise_is_known_unless_it_is_caught() {
    let library = "class Gone(LookupError): ...\nclass Odd(x.Base): ...\ndef gone(): raise Gone\ndef key(): raise KeyError\ndef odd(): raise Odd\nasync def later(): raise Gone\ndef each():\n    yield 1\n    raise Gone\ndef todo(): raise NotImplementedError\nclass Box:\n    def __init__(self): raise ValueError\n";
    let cases = [
        ("l.gone(); l.key(); l.gone()", "Gone KeyError"),
        ("l.Box()", "ValueError"),
        ("l.later(); l.each(); l.todo()", ""),
        ("lambda: l.gone()", ""),
        ("try: l.gone(); l.key()\n    except LookupError: pass", ""),
        (
            "try: l.gone(); l.key()\n    except l.Gone: pass",
            "KeyError",
        ),
        ("try: l.gone(); l.key()\n    except KeyError: pass", "Gone"),
        ("try: l.gone()\n    except Exception: pass", ""),
        ("try: l.gone()\n    except: raise", "Gone"),
        ("try: l.gone()\n    except ERRORS: pass", ""),
        ("try: l.odd()\n    except KeyError: pass", ""),
        ("try: l.odd()\n    except l.Gone: pass", ""),
        ("try: l.key()\n    except requests.Error: pass", ""),
        ("try: pass\n    except KeyError: l.key()", "KeyError"),
    ];
    for (body, expected) in cases {
        let text = format!("import lib as l\ndef f():\n    {body}\n");
        let project = project(&[("lib.py", library), ("main.py", &text)]);
        let raised = project.raised_by_calls(id(&project, "main.py::f"));
        let raised: Vec<&str> = raised.iter().map(|one| one.exception.as_str()).collect();
        assert_eq!(raised.join(" "), expected, "{body}");
    }
    let text = "import lib as l\nasync def f(): await l.later()\n";
    let project = project(&[("lib.py", library), ("main.py", text)]);
    let [raise] = project.raised_by_calls(id(&project, "main.py::f")) else {
        panic!("one exception")
    };
    assert_eq!(
        names(&project, &[raise.class.unwrap(), raise.raised_by]),
        "lib.py::Gone lib.py::later"
    );
}

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
