//! Exceptions that come out of calls.

use super::{id, names, project};

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
