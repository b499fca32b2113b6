//! One run: senders and listeners as threads, the killer in the middle, the judgement at the end.
//!
//! Invariant: whatever goes wrong, every thread and process has ended when the run returns.

use super::{
    Breach,
    chance::Chance,
    line::{Door, Party},
    program::{Installation, Life},
    receiver::{self, Log, Scope},
    record::Record,
    sender,
    truth::Truth,
    verify,
};
use anyhow::{Context, Result, bail};
use std::{
    sync::atomic::Ordering,
    thread::{self, ScopedJoinHandle, sleep},
    time::{Duration, Instant},
};

const SENDERS: usize = 8;
/// Kills while the very first start still makes the database.
const FIRST_START_KILLS: usize = 3;
/// One kill in so many comes while the server is still starting.
const EARLY_ONE_IN: u64 = 6;
/// How long a life lasts otherwise, once it is ready, in milliseconds.
const LIFE_MS: (u64, u64) = (400, 2000);
const ACKNOWLEDGED_PER_KILL_MIN: u64 = 100;
const HOME_DUE: Duration = Duration::from_mins(1);
/// After the last acknowledgement, windows have heard everything within this time.
const HEARD_DUE: Duration = Duration::from_secs(10);
/// How many faults are shown.
const FAULTS_SHOWN: usize = 10;

type Logs = Vec<(Scope, Log)>;

/// One run of the loop on one database.
pub struct Run {
    installation: Installation,
    truth: Truth,
    record: Record,
}

/// What one kill met.
struct Kill {
    acknowledged: u64,
    in_flight: i64,
}

impl Run {
    pub fn new(installation: Installation, truth: Truth) -> Self {
        Self {
            installation,
            truth,
            record: Record::default(),
        }
    }

    /// Kills, judges, and says in one line what was proved.
    pub fn all(&self, kills: usize, chance: &mut Chance) -> Result<String> {
        self.kill_first_starts(chance)?;
        let mut life = self.installation.start()?;
        self.installation.wait_until_ready(&mut life)?;
        let (profile, key) = self.truth.profile()?;
        let cookie = self.installation.sign_in()?;
        let door = |who| Door {
            address: self.installation.address,
            origin: self.installation.origin(),
            who,
        };

        let (killed, logs) = thread::scope(|scope| -> Result<_> {
            let mut receivers = vec![(
                Scope::Agent,
                scope.spawn({
                    let door = door(Party::Agent { cookie });
                    move || receiver::run(Scope::Agent, &door, &self.record, HEARD_DUE)
                }),
            )];
            let mut senders = Vec::new();
            for name in 0..SENDERS {
                let token = chance.token();
                let (profile, key) = (profile.clone(), key.clone());
                let door = door(Party::Visitor {
                    token,
                    profile,
                    key,
                });
                let mut own_chance = Chance::new(chance.number());
                let heard = Scope::Sender(name);
                receivers.push((
                    heard,
                    scope.spawn({
                        let door = door.clone();
                        move || receiver::run(heard, &door, &self.record, HEARD_DUE)
                    }),
                ));
                senders.push(scope.spawn(move || {
                    sender::run(name, &door, &self.record, &mut own_chance);
                }));
            }
            let result = self.kill_again_and_again(life, kills, chance);
            self.bring_home(result, senders, receivers)
        })?;
        let faults = self.judge(&logs)?;
        if !faults.is_empty() {
            let shown = faults
                .iter()
                .take(FAULTS_SHOWN)
                .cloned()
                .collect::<Vec<_>>();
            return Err(Breach(format!("{} faults\n{}", faults.len(), shown.join("\n"))).into());
        }
        self.summary(&killed)
    }

    /// The first start makes tables, admin and profile: half of it must not be in the way.
    fn kill_first_starts(&self, chance: &mut Chance) -> Result<()> {
        for _ in 0..FIRST_START_KILLS {
            let life = self.installation.start()?;
            sleep(chance.between_ms(1, 250));
            life.kill()?;
        }
        Ok(())
    }

    /// Returns what each kill met, and the life after the last.
    fn kill_again_and_again(
        &self,
        mut life: Life,
        kills: usize,
        chance: &mut Chance,
    ) -> Result<(Vec<Kill>, Life)> {
        let mut met = Vec::new();
        let mut acknowledged_before = 0;
        for number in 1..=kills {
            let back = if number > 1 && chance.below(EARLY_ONE_IN) == 0 {
                sleep(chance.between_ms(0, 150));
                None
            } else {
                let back = self.installation.wait_until_ready(&mut life)?;
                sleep(chance.between_ms(LIFE_MS.0, LIFE_MS.1));
                Some(back)
            };
            let in_flight = self.record.in_flight.load(Ordering::Relaxed);
            life.kill()?;
            let acknowledged_now = self.record.acknowledged.load(Ordering::Relaxed);
            let kill = Kill {
                acknowledged: acknowledged_now - acknowledged_before,
                in_flight,
            };
            acknowledged_before = acknowledged_now;
            let back = back.map_or("killed while starting".to_owned(), |back| {
                format!("ready after {:.2} s", back.as_secs_f64())
            });
            eprintln!(
                "  kill {number:>3}: {:>5} acknowledged, {:>3} in flight, {back}",
                kill.acknowledged, kill.in_flight
            );
            met.push(kill);
            sleep(chance.between_ms(0, 60));
            life = self.installation.start()?;
        }
        Ok((met, life))
    }

    /// No new commands; everything given is acknowledged and heard; then the server ends.
    fn bring_home(
        &self,
        result: Result<(Vec<Kill>, Life)>,
        senders: Vec<ScopedJoinHandle<'_, ()>>,
        receivers: Vec<(Scope, ScopedJoinHandle<'_, Log>)>,
    ) -> Result<(Vec<Kill>, Logs)> {
        // Whatever happened, the threads have to end before the error can be reported.
        self.record.is_finishing.store(true, Ordering::Relaxed);
        let result = result.and_then(|(met, mut life)| {
            self.installation.wait_until_ready(&mut life)?;
            Ok((met, life))
        });
        let deadline = Instant::now() + HOME_DUE;
        while result.is_ok()
            && Instant::now() < deadline
            && senders.iter().any(|sender| !sender.is_finished())
        {
            sleep(Duration::from_millis(20));
        }
        self.record.is_given_up.store(true, Ordering::Relaxed);
        for sender in senders {
            sender.join().ok().context("a sender panicked")?;
        }
        self.record.is_over.store(true, Ordering::Relaxed);
        let mut logs = Vec::new();
        for (scope, receiver) in receivers {
            logs.push((scope, receiver.join().ok().context("a receiver panicked")?));
        }
        let (met, life) = result?;
        let status = life.end()?;
        if !status.success() {
            bail!("after SIGTERM the server ended with {status}");
        }
        Ok((met, logs))
    }

    fn judge(&self, logs: &[(Scope, Log)]) -> Result<Vec<String>> {
        let (rows, heads) = (self.truth.entries()?, self.truth.heads()?);
        let mut faults = verify::verify(&self.record.all(), &rows, &heads, logs);
        faults.extend(self.record.faults());
        Ok(faults)
    }

    fn summary(&self, killed: &[Kill]) -> Result<String> {
        let kills = u64::try_from(killed.len())?;
        let acknowledged: u64 = killed.iter().map(|kill| kill.acknowledged).sum();
        let hit = u64::try_from(killed.iter().filter(|kill| kill.in_flight > 0).count())?;
        let all = self.record.acknowledged.load(Ordering::Relaxed);
        let conversations = self.record.all().len();
        let text = format!(
            "{kills} kills, {hit} with commands in flight, {acknowledged} acknowledged before \
             them; all {all} in {conversations} conversations are there once and in order"
        );
        if acknowledged < kills * ACKNOWLEDGED_PER_KILL_MIN {
            bail!("too little load to prove anything: {text}");
        }
        if hit * 2 < kills {
            bail!("too few kills hit commands in flight: {text}");
        }
        Ok(text)
    }
}
