//! Methods, found through their classes, the bases of these, and objects of them.

use super::{called, id, in_class, names, project};

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
