use crate::support::fake_azure::{FakeAzure, prompted};
use crate::support::project::Project;

/// Calls from file to file, a class and its base, a re-export, and two functions that call each
/// other, in an order that is not the one to document them in.
fn tree() -> Project {
    let init = "\"\"\"A shop.\"\"\"\nfrom .stock import Shelf as Rack, lookup\n";
    let cart = "\"\"\"Carts.\"\"\"\nfrom shop import Rack, lookup\n\n\nclass Cart(Rack):\n    \"\"\"A cart.\"\"\"\n\n    def find(self, name):\n        return super().find(lookup(name))\n";
    let cycle = "\"\"\"Turns.\"\"\"\n\n\ndef ping(n):\n    return pong(n - 1)\n\n\ndef pong(n):\n    return ping(n - 1) or ping(n)\n";
    let stock = "\"\"\"Stock.\"\"\"\nimport shop.turn\n\n\nclass Shelf:\n    \"\"\"A shelf.\"\"\"\n\n    def find(self, name):\n        return self.known[name]\n\n\ndef lookup(name):\n    return shop.turn.ping(name)\n";
    Project::new()
        .file("docgen.toml", "[batch]\nmax_definitions = 1\n")
        .file("shop/__init__.py", init)
        .file("shop/cart.py", cart)
        .file("shop/stock.py", stock)
        .file("shop/turn.py", cycle)
}

/// The definitions asked for, in the order of the requests.
fn asked(azure: &FakeAzure) -> Vec<String> {
    let requests = azure.requests();
    let names = requests.iter().flat_map(|request| prompted(&request.body));
    names.map(|definition| definition.name).collect()
}

#[test]
fn what_is_called_is_documented_first() {
    let azure = FakeAzure::start();
    let project = tree().azure(&azure);
    project
        .docgen(&["run", "shop"])
        .exits(0)
        .says("Documented 5 definitions");
    let asked = asked(&azure);
    let position = |name: &str| asked.iter().position(|one| one == name).unwrap();
    assert_eq!(asked.len(), 5);
    assert!(position("ping") < position("pong"), "{asked:?}");
    assert!(position("ping") < position("lookup"), "{asked:?}");
    assert!(position("lookup") < position("Cart.find"), "{asked:?}");
    assert!(position("Shelf.find") < position("Cart.find"), "{asked:?}");
}

#[test]
fn the_order_of_the_files_can_be_had() {
    let azure = FakeAzure::start();
    let settings = "[batch]\nmax_definitions = 1\norder = \"files\"\n";
    let project = tree().file("docgen.toml", settings).azure(&azure);
    project.docgen(&["run", "shop"]).exits(0);
    assert_eq!(asked(&azure)[0], "Cart.find");
    let plan = project.docgen(&["plan", "shop", "--explain"]).exits(0);
    assert!(!plan.stdout.contains("after"), "{}", plan.stdout);
}

/// The plan, the order alone, with the estimates of tokens taken out.
fn planned(project: &Project, arguments: &[&str]) -> String {
    let ran = project.docgen(arguments).exits(0);
    let (_, order) = ran.stdout.split_once("\n\n1. ").unwrap();
    let mut text = "1. ".to_owned();
    let mut rest = order;
    while let Some((before, after)) = rest.split_once("about ") {
        text.push_str(before);
        text.push_str("about N");
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit() || c == ',');
    }
    text.push_str(rest);
    text
}

#[test]
fn a_plan_tells_the_order_and_needs_no_model() {
    let project = tree();
    let before = project.snapshot("shop");
    insta::assert_snapshot!(planned(&project, &["plan", "shop", "--explain"]), @"
    1. shop/turn.py: 1 definition, about N prompt tokens
       function ping  line 4, D103
       cut: shop/turn.py::ping calls shop/turn.py::pong, which comes later: each leans on the other

    2. shop/stock.py: 1 definition, about N prompt tokens
       method Shelf.find  line 8, D102

    3. shop/stock.py: 1 definition, about N prompt tokens, after 1
       function lookup  line 12, D103
          calls shop/turn.py::ping (request 1)

    4. shop/cart.py: 1 definition, about N prompt tokens, after 2, 3
       method Cart.find  line 8, D102
          calls shop/stock.py::Shelf.find (request 2)
          calls shop/stock.py::lookup (request 3)
          overrides shop/stock.py::Shelf.find (request 2)

    5. shop/turn.py: 1 definition, about N prompt tokens, after 1
       function pong  line 8, D103
          calls shop/turn.py::ping (request 1)
    ");
    assert_eq!(project.snapshot("shop"), before);
}

#[test]
fn a_plan_explains_one_definition() {
    let project = tree();
    let ran = project.docgen(&[
        "plan",
        "shop/cart.py",
        "--explain",
        "shop/cart.py::Cart.find",
    ]);
    let (about, prompt) = ran.stdout.split_once("\n----- system\n").unwrap();
    insta::assert_snapshot!(about, @"
    shop/cart.py::Cart.find: method, line 8, to be documented by request 1
       calls shop/stock.py::Shelf.find (its header alone)
       calls shop/stock.py::lookup (its header alone)
       overrides shop/stock.py::Shelf.find (its header alone)
    ");
    assert!(
        prompt.contains("return super().find(lookup(name))"),
        "{prompt}"
    );
    // What is not to be documented is known all the same, also outside of the paths.
    let ran = project
        .docgen(&["plan", "shop/cart.py", "--explain", "turn.py::ping"])
        .exits(0);
    insta::assert_snapshot!(ran.stdout, @"
    shop/turn.py::ping: function, line 4, not to be documented
       calls shop/turn.py::pong (its header alone)
       is called by shop/stock.py::lookup
       is called by shop/turn.py::pong
    ");
    project
        .docgen(&["plan", "--explain", "find"])
        .exits(2)
        .says("no definition is called `find`")
        .says("there is `shop/cart.py::Cart.find`, `shop/stock.py::Shelf.find`");
    project
        .docgen(&["plan", "--explain", "nothing"])
        .exits(2)
        .says("path::Qualified.name");
}

#[test]
fn secrets_are_masked_in_a_plan_too() {
    let key = "AKIAIOSFODNN7EXAMPLE";
    let text = format!("\"\"\"Keys.\"\"\"\n\n\ndef connect(key='{key}'):\n    return key\n");
    let project = Project::with(&text);
    let ran = project
        .docgen(&["plan", "--explain", "app.py::connect"])
        .exits(0);
    assert!(ran.stdout.contains("def connect("), "{}", ran.stdout);
    assert!(!ran.stdout.contains(key), "{}", ran.stdout);
}

#[test]
fn a_plan_of_the_shop_is_the_same_every_time() {
    let project = Project::shop();
    let arguments = ["plan", "shop", "--explain", "--format", "json"];
    let first = project.docgen(&arguments).exits(0).stdout;
    assert_eq!(first, project.docgen(&arguments).exits(0).stdout);
    let plan: serde_json::Value = serde_json::from_str(&first).unwrap();
    let batches = plan["batches"].as_array().unwrap();
    assert!(batches.len() > 5);
    for (index, batch) in batches.iter().enumerate() {
        assert_eq!(batch["rank"], index + 1);
        let after = batch["after"].as_array().unwrap();
        assert!(
            after
                .iter()
                .all(|rank| rank.as_u64().unwrap() <= u64::try_from(index).unwrap()),
            "{batch}"
        );
    }
}
