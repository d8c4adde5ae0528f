//! Any words into any file: nothing else changes, and Python reads what was meant.

#![no_main]

#[path = "../../tests/invariants/splice.rs"]
mod splice;

use arbitrary::{Arbitrary, Result, Unstructured};
use libfuzzer_sys::{Corpus, fuzz_target};
use splice::{File, Words};

#[derive(Debug)]
struct Input<'a> {
    file: &'a [u8],
    words: Vec<Words>,
}

impl<'a> Arbitrary<'a> for Input<'a> {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        let (file, words) = splice::divided(u.bytes(u.len())?);
        Ok(Self { file, words })
    }

    fn arbitrary_take_rest(u: Unstructured<'a>) -> Result<Self> {
        let (file, words) = splice::divided(u.take_rest());
        Ok(Self { file, words })
    }
}

fuzz_target!(|input: Input<'_>| -> Corpus {
    let Ok(file) = File::read(input.file) else {
        return Corpus::Reject;
    };
    if let Err(fault) = splice::check(&file, &input.words) {
        panic!("{fault}");
    }
    Corpus::Keep
});
