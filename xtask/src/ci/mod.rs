//! `cargo xtask test`: everything that CI runs, in order, and nothing that it does not run.
//!
//! Invariant: under `CI=true` no step is left out, and what cannot run fails.

pub mod counts;
pub mod licences;

use crate::{
    console, crash,
    install::{self, WASM_TARGET, npm_program},
    postgres,
    program::{cargo, is_ci, program, run, run_reading},
    serve,
    site::{self, Made, Quality},
    size,
    workspace::{self, FRAME_PACKAGE, PAGES_PACKAGE},
};
use anyhow::{Result, anyhow, bail};
use counts::Counts;
use std::{num::NonZero, thread, time::Instant};

/// A part of the whole that a developer can run alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Step {
    /// Formatting.
    Fmt,
    /// Licences of all dependencies.
    Licences,
    /// Clippy, natively and for the browser.
    Clippy,
    /// The site, as it ships.
    Site,
    /// What a visitor downloads, against the budgets.
    Size,
    /// Unit, property and server tests, on both databases.
    Tests,
    /// Warnings of the documentation.
    Docs,
    /// People's stories in a real browser.
    Browser,
    /// Kills of the server under load, on both databases.
    Crash,
}

const ALL: [Step; 9] = [
    Step::Fmt,
    Step::Licences,
    Step::Clippy,
    Step::Site,
    Step::Size,
    Step::Tests,
    Step::Docs,
    Step::Browser,
    Step::Crash,
];

/// Which steps to run; both lists are for developers only.
#[derive(clap::Args)]
pub struct Choice {
    /// Run only these steps.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Step>,
    /// Leave these steps out.
    #[arg(long, value_enum, value_delimiter = ',')]
    skip: Vec<Step>,
}

impl Choice {
    fn has(&self, step: Step) -> bool {
        (self.only.is_empty() || self.only.contains(&step)) && !self.skip.contains(&step)
    }
}

/// Runs the chosen steps until one fails, and ends with lines that a person can read.
pub fn run_all(choice: &Choice) -> Result<()> {
    if is_ci() && ALL.iter().any(|step| !choice.has(*step)) {
        bail!("under CI=true no step may be left out");
    }
    let begun = Instant::now();
    let mut report = Report::default();
    let (mut site, mut failed) = (None, None);
    for step in ALL {
        if !choice.has(step) {
            report.lines.push(format!("  left out  {step:?}"));
            continue;
        }
        let done = match step {
            Step::Clippy if choice.has(Step::Site) => {
                let (checked, made) = clippy_beside_the_site(choice.has(Step::Tests));
                site = Some(made);
                checked
            }
            Step::Site => site
                .take()
                .unwrap_or_else(|| timed(make_site))
                .and_then(site::write),
            step => timed(|| report.run(step)),
        };
        report.tell(step, &done);
        if let Err(failure) = done.result {
            let name = format!("{step:?}").to_lowercase();
            failed = Some(failure.context(format!("again: cargo xtask test --only {name}")));
            break;
        }
    }
    report.print(begun);
    failed.map_or(Ok(()), Err)
}

/// What came of a step, and how long it took.
struct Done<T> {
    result: Result<T>,
    seconds: f64,
}

fn timed<T>(work: impl FnOnce() -> Result<T>) -> Done<T> {
    let begun = Instant::now();
    let result = work();
    Done {
        result,
        seconds: begun.elapsed().as_secs_f64(),
    }
}

impl<T> Done<T> {
    /// Goes on if all was well; the time counts on.
    fn and_then<R>(self, next: impl FnOnce(T) -> Result<R>) -> Done<R> {
        let next = timed(|| next(self.result?));
        Done {
            result: next.result,
            seconds: self.seconds + next.seconds,
        }
    }
}

/// One core idles through much of compiling a bundle, so clippy runs beside it. The site is only
/// made: writing it waits until clippy has read what stands there. The last bundle takes longer
/// than clippy; what is left of that time, the tests' crates are compiled in.
fn clippy_beside_the_site(has_tests: bool) -> (Done<()>, Done<Made>) {
    thread::scope(|scope| {
        let made = scope.spawn(|| timed(make_site));
        let checked = timed(clippy);
        if has_tests && checked.result.is_ok() {
            // What fails here fails again, and is told, where the tests are built.
            drop(build_tests());
        }
        let made = made.join().unwrap_or_else(|_| Done {
            result: Err(anyhow!("making the site panicked")),
            seconds: checked.seconds,
        });
        (checked, made)
    })
}

fn make_site() -> Result<Made> {
    site::make(Quality::Test)
}

/// What is known so far: one line per step, then what was counted and measured.
#[derive(Default)]
struct Report {
    lines: Vec<String>,
    notes: Vec<String>,
    /// Whether the tests, which build it, have left the server's program with this site.
    has_program: bool,
}

impl Report {
    #[expect(clippy::print_stdout, reason = "the answer of the command")]
    fn print(&self, begun: Instant) {
        println!("\n──── cargo xtask test");
        for line in self.lines.iter().chain(&self.notes) {
            println!("{line}");
        }
        println!("  {:.1} minutes", begun.elapsed().as_secs_f64() / 60.0);
    }

    fn tell<T>(&mut self, step: Step, done: &Done<T>) {
        let word = if done.result.is_ok() {
            "passed"
        } else {
            "FAILED"
        };
        let (name, seconds) = (format!("{step:?}"), done.seconds);
        self.lines
            .push(format!("  {word:<8}  {name:<10}{seconds:>8.1} s"));
    }

    fn run(&mut self, step: Step) -> Result<()> {
        match step {
            Step::Fmt => {
                console::step(
                    "formatting",
                    || run(cargo("fmt").args(["--all", "--check"])),
                )
            }
            Step::Licences => console::step("licences", licences::check),
            Step::Clippy => clippy(),
            Step::Site => make_site().and_then(site::write),
            Step::Size => self.size(),
            Step::Tests => self.tests(),
            Step::Docs => docs(),
            Step::Browser => self.browser(),
            Step::Crash => self.crash(),
        }
    }

    fn size(&mut self) -> Result<()> {
        let sizes = size::measure()?;
        self.notes
            .extend(sizes.lines().into_iter().map(|line| format!("  {line}")));
        sizes.check()
    }

    fn tests(&mut self) -> Result<()> {
        build_tests()?;
        self.has_program = true;
        let database = console::step("PostgreSQL", postgres::given_or_started)?;
        let mut counts = Counts::default();
        let result = console::step("tests on SQLite and PostgreSQL", || {
            let mut command = cargo("test");
            // Half of the time of most tests goes by while a disk writes.
            let threads = thread::available_parallelism().map_or(1, NonZero::get) * 2;
            command
                .args(["--workspace", "--no-fail-fast"])
                .env("RUST_TEST_THREADS", threads.to_string())
                .env(postgres::ADDRESS_VARIABLE, &database.address);
            run_reading(&mut command, |line| counts.read(line))
        });
        self.notes.extend(counts.lines());
        result?;
        counts.check()
    }

    fn browser(&mut self) -> Result<()> {
        install::browsers()?;
        install::npm_tools()?;
        if !self.has_program {
            site::build(Quality::Test)?;
            serve::build(false)?;
        }
        let folder = workspace::path("end2end");
        console::step("types of the browser tests", || {
            run(program(&npm_program("tsc")).current_dir(&folder))
        })?;
        console::step("browser tests", || {
            run(program(&npm_program("playwright"))
                .arg("test")
                .current_dir(&folder)
                .env("AUREOLE_BINARY", serve::program(false))
                .env("AUREOLE_XTASK", std::env::current_exe()?))
        })
    }

    fn crash(&mut self) -> Result<()> {
        if !self.has_program {
            serve::build(false)?;
        }
        for choice in crash::Choice::of_ci() {
            let lines = crash::run(&choice)?;
            self.notes
                .extend(lines.into_iter().map(|line| format!("  {line}")));
        }
        Ok(())
    }
}

/// Three calls: one for the machine, and one per bundle, as their features differ.
fn clippy() -> Result<()> {
    install::wasm_target()?;
    let strict = ["--", "--deny", "warnings"];
    console::step("clippy", || {
        run(cargo("clippy")
            .args(["--workspace", "--all-targets"])
            .args(strict))
    })?;
    console::step("clippy for the pages' bundle", || {
        run(cargo("clippy")
            .args(["--target", WASM_TARGET, "--package", PAGES_PACKAGE, "--lib"])
            .args(strict))
    })?;
    console::step("clippy for the chat frame's bundle", || {
        run(cargo("clippy")
            .args(["--target", WASM_TARGET, "--package", FRAME_PACKAGE])
            .args(strict))
    })
}

fn build_tests() -> Result<()> {
    console::step("build the tests", || {
        run(cargo("test").args(["--workspace", "--no-run"]))
    })
}

fn docs() -> Result<()> {
    console::step("documentation", || {
        run(cargo("doc")
            .args(["--workspace", "--no-deps"])
            .env("RUSTDOCFLAGS", "--deny warnings"))
    })
}
