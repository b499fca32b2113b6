//! Counts, in the output of the tests, how many ran on which database.
//!
//! Invariant: a test that ran on one database only fails the whole, and so does none at all.

use anyhow::{Result, bail};
use std::collections::BTreeSet;

/// What the output has shown so far.
#[derive(Default)]
pub struct Counts {
    all: usize,
    sqlite: BTreeSet<String>,
    postgres: BTreeSet<String>,
}

impl Counts {
    /// One line of output. A test prints `test area::name::sqlite ... ok`.
    pub fn read(&mut self, line: &str) {
        let Some((name, result)) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.split_once(" ... "))
        else {
            return;
        };
        if result.trim() != "ok" {
            return;
        }
        self.all += 1;
        if let Some(name) = name.strip_suffix("::sqlite") {
            self.sqlite.insert(name.to_owned());
        }
        if let Some(name) = name.strip_suffix("::postgres") {
            self.postgres.insert(name.to_owned());
        }
    }

    /// The lines a person reads.
    pub fn lines(&self) -> Vec<String> {
        let (sqlite, postgres) = (self.sqlite.len(), self.postgres.len());
        let all = self.all;
        vec![format!(
            "  {all} tests passed: {sqlite} on SQLite, {postgres} on PostgreSQL"
        )]
    }

    /// An error, if the two databases did not see the same tests.
    pub fn check(&self) -> Result<()> {
        if let Some(name) = self.sqlite.symmetric_difference(&self.postgres).next() {
            bail!("{name} ran on one database only");
        }
        if self.sqlite.is_empty() {
            bail!(
                "no test ran on a database: the server's tests are named ::sqlite and ::postgres"
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(output: &str) -> Counts {
        let mut counts = Counts::default();
        output.lines().for_each(|line| counts.read(line));
        counts
    }

    #[test]
    fn pairs_are_accepted() {
        let counts = counted(
            "running 3 tests\ntest send::twice::sqlite ... ok\ntest send::twice::postgres ... ok\n\
             test text::parse ... ok\ntest text::slow ... ignored\n",
        );
        assert_eq!(
            counts.lines(),
            ["  3 tests passed: 1 on SQLite, 1 on PostgreSQL"]
        );
        counts.check().unwrap();
    }

    #[test]
    fn a_lone_test_and_none_are_not() {
        assert!(
            counted("test send::twice::sqlite ... ok\n")
                .check()
                .is_err()
        );
        assert!(counted("test text::parse ... ok\n").check().is_err());
        let unequal = "test a::sqlite ... ok\ntest b::postgres ... ok\n";
        assert!(counted(unequal).check().is_err());
    }
}
