//! What files held, out of git's store: one process for any number of them.

use std::io::{self, BufReader, Read as _, Write as _};
use std::process::Stdio;

use super::GitError;
use super::history::{History, ObjectId};
use crate::source::MAX_BYTES;

/// What git has under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// These bytes.
    Bytes(Vec<u8>),
    /// More bytes than docgen reads, so many.
    TooLarge(u64),
    /// Nothing, as in a clone that leaves out part of the history.
    Missing,
}

impl History {
    /// Reads what is stored under each of `ids`, in their order, and gives it to `take`.
    pub fn read(
        &self,
        ids: &[ObjectId],
        mut take: impl FnMut(&ObjectId, Stored),
    ) -> Result<(), GitError> {
        if ids.is_empty() {
            return Ok(());
        }
        let mut child = self
            .git
            .command()
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(GitError::NotStarted)?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        let answer = std::thread::scope(|scope| {
            // git answers while it is still being asked, and each waits for the other to read.
            scope.spawn(move || {
                let mut asked = io::BufWriter::new(stdin?);
                for id in ids {
                    writeln!(asked, "{id}").ok()?;
                }
                asked.flush().ok()
            });
            let mut answers = BufReader::with_capacity(1 << 16, stdout.ok_or_else(ended)?);
            for id in ids {
                take(id, answer(&mut answers)?);
            }
            Ok(())
        });
        // It ends with its input; what it could not say has been noticed.
        _ = child.wait();
        answer.map_err(|error: io::Error| GitError::Failed(error.to_string()))
    }
}

fn ended() -> io::Error {
    io::Error::new(
        io::ErrorKind::UnexpectedEof,
        "`git cat-file` ended before its time",
    )
}

/// `NAME TYPE SIZE`, the content and a line end; or `NAME missing`.
fn answer(answers: &mut impl io::BufRead) -> io::Result<Stored> {
    let mut line = String::new();
    if answers.read_line(&mut line)? == 0 {
        return Err(ended());
    }
    let size = line.trim_end().rsplit(' ').next();
    let Some(size) = size.and_then(|size| size.parse::<u64>().ok()) else {
        return Ok(Stored::Missing);
    };
    if size > MAX_BYTES {
        let skipped = io::copy(&mut answers.take(size + 1), &mut io::sink())?;
        return if skipped == size + 1 {
            Ok(Stored::TooLarge(size))
        } else {
            Err(ended())
        };
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 1);
    answers.take(size + 1).read_to_end(&mut bytes)?;
    if bytes.pop() != Some(b'\n') || bytes.len() as u64 != size {
        return Err(ended());
    }
    Ok(Stored::Bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_whole_or_not_at_all() {
        let mut answers = &b"ab blob 3\nx\ny\ncd missing\nef blob 0\n\ngh blob 9\nshort"[..];
        let mut next = || answer(&mut answers);
        assert_eq!(next().unwrap(), Stored::Bytes(b"x\ny".to_vec()));
        assert_eq!(next().unwrap(), Stored::Missing);
        assert_eq!(next().unwrap(), Stored::Bytes(Vec::new()));
        assert!(next().is_err());
        assert!(next().is_err());
    }
}
