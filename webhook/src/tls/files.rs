//! A certificate from files, as a Secret is mounted: `tls.crt` and `tls.key`, replaced while we run.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tokio::time::{MissedTickBehavior, interval};

use super::certificates::Certificates;
use super::pair::{Pair, PairError};
use super::watch::{Change, Watch};

/// How often the files are looked at.
pub const PERIOD: Duration = Duration::from_secs(1);

/// What the two files hold, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// `tls.crt`.
    pub certificate: Vec<u8>,
    /// `tls.key`.
    pub key: Vec<u8>,
}

impl Found {
    /// What they are, if it can be served at `now`.
    ///
    /// # Errors
    ///
    /// Says what is wrong.
    pub fn pair(&self, now: SystemTime) -> Result<Pair, String> {
        let read = || -> Result<Pair, PairError> {
            let pair = Pair::read(&self.certificate, &self.key)?;
            pair.expired(now).map(|()| pair)
        };
        read().map_err(|error| error.to_string())
    }
}

/// Looks at the files of `directory` every `period`, and serves what is good.
pub async fn watch(directory: PathBuf, period: Duration, certificates: Certificates) {
    let mut watch = Watch::default();
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut expiry_told = false;
    loop {
        ticks.tick().await;
        let now = SystemTime::now();
        match watch.look(read(&directory).await, |found| found.pair(now)) {
            Change::None => {}
            Change::Take(pair) => {
                certificates.install(pair);
                expiry_told = false;
            }
            Change::Refuse(problem) => certificates.failed(&problem),
        }
        let expired = certificates.current().and_then(|pair| pair.expired(now).err());
        if let (Some(expired), false) = (expired, expiry_told) {
            certificates.failed(&format!("{expired}, and there is no other in {}", directory.display()));
            expiry_told = true;
        }
    }
}

async fn read(directory: &Path) -> Result<Found, String> {
    Ok(Found {
        certificate: read_file(&directory.join("tls.crt")).await?,
        key: read_file(&directory.join("tls.key")).await?,
    })
}

async fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    tokio::fs::read(path).await.map_err(|error: io::Error| format!("{} cannot be read: {error}", path.display()))
}
