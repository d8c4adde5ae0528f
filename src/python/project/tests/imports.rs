//! Names that are imported, from other files and through packages.

use super::{called, callees, id, names, project, project_with};

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
