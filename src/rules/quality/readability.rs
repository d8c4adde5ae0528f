//! How hard a text is to read, by the published formulas.
//!
//! - Flesch reading ease: R. Flesch, «A new readability yardstick», Journal of Applied Psychology
//!   32(3), 1948.
//! - Flesch-Kincaid grade: J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom, «Derivation of
//!   new readability formulas for Navy enlisted personnel», Research Branch Report 8-75, 1975.
//! - Automated Readability Index: R. J. Senter, E. A. Smith, AMRL-TR-66-220, 1967.
//! - Coleman-Liau index: M. Coleman, T. L. Liau, «A computer readability formula designed for machine
//!   scoring», Journal of Applied Psychology 60(2), 1975.
//!
//! The three grades are school years of the United States. They lean on different things
//! (syllables, letters, the length of sentences), so their median is what counts.

use serde::Serialize;

use super::prose::{Paragraph, Token};
use super::syllables;

/// Words in a sample that the formulas were fitted on; a shorter text says less of how it reads.
const SAMPLE_WORDS: usize = 100;

/// Fewer words than this say nothing.
const MIN_WORDS: usize = 20;

/// How hard a text is to read.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Readability {
    /// Words of prose; code and links are none.
    pub words: usize,
    /// Sentences; an item of a list and what ends with a colon count as one each.
    pub sentences: usize,
    /// Flesch reading ease: 100 is very easy, 30 and less is for scholars.
    pub flesch_reading_ease: f64,
    /// Flesch-Kincaid grade.
    pub flesch_kincaid_grade: f64,
    /// Automated Readability Index, a grade.
    pub automated_readability_index: f64,
    /// Coleman-Liau index, a grade.
    pub coleman_liau_index: f64,
}

impl Readability {
    /// The measures of running text; `None` for a text too short, or not in English as far as its
    /// letters tell, since the formulas were fitted on English.
    pub(super) fn of(paragraphs: &[Paragraph<'_>]) -> Option<Self> {
        let counts = Counts::of(paragraphs);
        let is_measurable = counts.words >= MIN_WORDS && counts.foreign * 5 <= counts.words;
        is_measurable.then(|| counts.measures())
    }

    /// The median of the three grades.
    #[must_use]
    pub fn grade(&self) -> f64 {
        let mut grades = [
            self.flesch_kincaid_grade,
            self.automated_readability_index,
            self.coleman_liau_index,
        ];
        grades.sort_by(f64::total_cmp);
        grades[1]
    }

    /// How much weight the measures have, 0 to 1: the share of a whole sample that the text is.
    #[must_use]
    pub(super) fn weight(&self) -> f64 {
        ratio(self.words.min(SAMPLE_WORDS), SAMPLE_WORDS)
    }
}

/// What the formulas count.
#[derive(Debug, Default)]
struct Counts {
    words: usize,
    /// Pieces of code: they make a sentence longer, and have neither letters nor syllables.
    pieces: usize,
    sentences: usize,
    letters: usize,
    syllables: usize,
    /// Words with letters that English lacks.
    foreign: usize,
}

impl Counts {
    fn of(paragraphs: &[Paragraph<'_>]) -> Self {
        let mut counts = Self::default();
        for sentence in paragraphs.iter().flat_map(Paragraph::sentences) {
            let words = counts.words;
            for token in sentence {
                match token {
                    Token::Word(word) => counts.add(word),
                    Token::Code(_) => counts.pieces += 1,
                }
            }
            counts.sentences += usize::from(counts.words > words);
        }
        counts
    }

    fn add(&mut self, word: &str) {
        self.words += 1;
        self.letters += word.chars().filter(|c| c.is_alphanumeric()).count();
        self.syllables += word
            .split(|c: char| !c.is_alphabetic())
            .filter(|part| !part.is_empty())
            .map(syllables::count)
            .sum::<usize>()
            .max(1);
        self.foreign += usize::from(!word.is_ascii() && word.chars().any(is_foreign));
    }

    fn measures(&self) -> Readability {
        let length = ratio(self.words + self.pieces, self.sentences);
        let letters = ratio(self.letters, self.words);
        let syllables = ratio(self.syllables, self.words);
        Readability {
            words: self.words,
            sentences: self.sentences,
            flesch_reading_ease: 206.835 - 1.015 * length - 84.6 * syllables,
            flesch_kincaid_grade: 0.39 * length + 11.8 * syllables - 15.59,
            automated_readability_index: 4.71 * letters + 0.5 * length - 21.43,
            coleman_liau_index: 5.88 * letters - 29.6 / length - 15.8,
        }
    }
}

fn is_foreign(c: char) -> bool {
    c.is_alphabetic() && !c.is_ascii()
}

#[expect(clippy::cast_precision_loss, reason = "no text has 2^52 words")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::super::prose::Prose;
    use super::*;

    fn measures(text: &str) -> Readability {
        Counts::of(&Prose::read(text).paragraphs).measures()
    }

    #[track_caller]
    fn near(found: f64, published: f64, margin: f64) {
        assert!(
            (found - published).abs() <= margin,
            "{found} is not {published}"
        );
    }

    /// Examples and figures that accounts of the formula show, Wikipedia's among them.
    #[test]
    fn flesch_reading_ease_is_that_of_published_examples() {
        let ease = |text: &str| measures(text).flesch_reading_ease;
        near(ease("The cat sat on the mat."), 116.0, 0.2);
        near(
            ease(
                "This sentence, taken as a reading passage unto itself, is being used to prove a point.",
            ),
            69.0,
            0.1,
        );
        near(
            ease(
                "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature.",
            ),
            37.5,
            0.1,
        );
    }

    /// The abstract of Coleman and Liau's paper, which they score at 14.5.
    #[test]
    fn coleman_liau_is_that_of_its_own_paper() {
        let text = "Existing computer programs that measure readability are based largely upon \
            subroutines which estimate number of syllables, usually by counting vowels. The \
            shortcoming in estimating syllables is that it necessitates keypunching the prose into \
            the computer. There is no need to estimate syllables since word length in letters is a \
            better predictor of readability than word length in syllables. Therefore, a new \
            readability formula was computed that has for its predictors letters per 100 words and \
            sentences per 100 words. Both predictors can be counted by an optical scanning device, \
            and thus the formula makes it economically feasible for an organization such as the U.S. \
            Office of Education to calibrate the readability of all textbooks for the public school \
            system.";
        let found = measures(text);
        assert_eq!((found.words, found.sentences), (119, 5));
        near(found.coleman_liau_index, 14.5, 0.3);
    }

    #[test]
    fn grades_follow_from_the_counts() {
        // 6 words, 6 syllables, 17 letters, 1 sentence.
        let found = measures("The cat sat on the mat.");
        near(found.flesch_kincaid_grade, 0.39 * 6.0 + 11.8 - 15.59, 0.001);
        near(found.automated_readability_index, -5.085, 0.001);
        near(found.grade(), -4.074, 0.01);
    }

    #[test]
    fn code_has_length_only() {
        let bare = measures("Return the key of the item.");
        let with = measures("Return the `key` of the `some_very_long_identifier_of_an_item`.");
        assert_eq!((bare.words, with.words), (6, 4));
        near(
            with.flesch_kincaid_grade,
            0.39 * 6.0 + 11.8 * 1.25 - 15.59,
            0.001,
        );
    }

    #[test]
    fn little_text_says_nothing() {
        let read = |text: &str| Readability::of(&Prose::read(text).paragraphs);
        assert_eq!(read("Return the key."), None);
        let text = "Return the key of the item that was found first. ".repeat(3);
        let found = read(&text).unwrap();
        near(found.weight(), 0.3, 0.001);
        let text =
            "Gibt den Schlüssel der Straße zurück, wäre überhaupt größer möglich. ".repeat(4);
        assert_eq!(read(&text), None);
    }
}
