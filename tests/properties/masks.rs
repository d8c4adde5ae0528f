//! Masking keeps the lines of any text and leaves nothing to mask.

use docgen::generate::Masks;
use proptest::prelude::*;
use proptest::sample::select;

/// Pieces of programs, of credentials and of what stands around them, in any order.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => select(vec![
            "password", "token", "api_key", "secret", "connection_string", " = ", ": ", "=", ":", ",",
            "\"", "'", "\"\"\"", "f'", "b\"", "(", ")", "{", "}", "[", "]", "# ", "\n", "\r\n", "\r", "    ",
            "\\", "\\n", "@", "://", "user", "/", "<masked: password>", "<masked: ", ">", "é", "日本",
            "AKIA", "ghp_", "sk-", "AccountKey=", "?sig=", "Bearer ", "eyJ", ".", "-", "_", "Q~",
            "SecretStr(", "def f(x):\n    ", "hunter2", "tr0ub4dor&3", "postgres://shop:",
        ]).prop_map(str::to_owned),
        1 => select(vec!["BEGIN", "END"]).prop_map(|word| format!("-----{word} {}-----", ["PRIVATE", "KEY"].join(" "))),
        2 => "[A-Za-z0-9]{1,60}",
        1 => "[A-Z2-7]{16}",
        1 => "[a-f0-9]{32,40}",
        1 => "[A-Za-z0-9+/]{30,90}={0,2}",
    ];
    prop::collection::vec(piece, 1..40).prop_map(|pieces| pieces.concat())
}

fn masked(text: &str) -> String {
    Masks::find(text).shown(text, 0..text.len()).into_owned()
}

proptest! {
    #![proptest_config(crate::cases::cases(500))]

    #[test]
    fn masking_keeps_lines_and_is_done_at_once(text in text()) {
        let shown = masked(&text);
        prop_assert_eq!(shown.lines().count(), text.lines().count());
        prop_assert_eq!(shown.matches(['\n', '\r']).count(), text.matches(['\n', '\r']).count());
        prop_assert_eq!(masked(&text), shown.clone());
        prop_assert_eq!(masked(&shown), shown);
    }
}
