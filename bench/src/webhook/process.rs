//! A running webhook.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};

use super::api::Api;

/// The name in the certificate.
const NAME: &str = "localhost";
/// Nothing here takes as long.
const LONG: Duration = Duration::from_secs(60);
/// How often the webhook is asked whether it is ready.
const PAUSE: Duration = Duration::from_millis(2);

/// It ends with this value.
pub struct Webhook {
    child: Child,
    address: SocketAddr,
    status: SocketAddr,
    /// The authority of its certificate.
    pub authority: PathBuf,
    /// From the start of the process until it said that it is ready.
    pub started: Duration,
}

/// Resident bytes.
pub struct Memory {
    /// At present.
    pub now: f64,
    /// At its largest.
    pub most: f64,
}

impl Webhook {
    /// Starts one that watches `api`, and waits until it is ready.
    pub fn start(program: &Path, folder: &Path, api: &Api) -> anyhow::Result<Self> {
        let authority = certificate(folder)?;
        let config = folder.join("kubeconfig.yaml");
        let cluster = format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: bench\nclusters:\n- name: bench\n  cluster: {{server: 'http://{}'}}\ncontexts:\n- name: bench\n  context: {{cluster: bench, user: bench}}\nusers:\n- name: bench\n  user: {{}}\n",
            api.address
        );
        fs::write(&config, cluster).with_context(|| format!("cannot write {}", config.display()))?;
        let (address, status) = (free()?, free()?);
        let begin = Instant::now();
        let child = Command::new(program)
            .args(["--listen", &address.to_string(), "--status-listen", &status.to_string()])
            .args(["--tls", "files", "--log-level", "warn", "--drain", "0"])
            .arg("--tls-directory")
            .arg(folder)
            .arg("--kubeconfig")
            .arg(&config)
            // As the image sets it.
            .env("MALLOC_ARENA_MAX", "2")
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut webhook = Self { child, address, status, authority, started: Duration::ZERO };
        while !webhook.get("/readyz").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            ensure!(begin.elapsed() < LONG, "the webhook does not become ready");
            thread::sleep(PAUSE);
        }
        webhook.started = begin.elapsed();
        Ok(webhook)
    }

    /// Where it takes reviews.
    pub fn url(&self) -> String {
        format!("https://{NAME}:{}/validate?timeout=10s", self.port())
    }

    /// The port of reviews.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Waits until it knows so many objects of a kind, and has made the cluster of them.
    pub fn knows(&self, kind: &str, count: usize) -> anyhow::Result<()> {
        let begin = Instant::now();
        let objects = format!("podlint_cache_objects{{kind=\"{kind}\"}} {count}");
        loop {
            let page = self.get("/metrics")?;
            if page.lines().any(|line| line == objects) && page.lines().any(|line| line == "podlint_cache_synced 1") {
                return Ok(());
            }
            ensure!(begin.elapsed() < LONG, "the webhook does not learn of {count} {kind}s");
            thread::sleep(PAUSE);
        }
    }

    /// How many reviews it could not make.
    pub fn failed(&self) -> anyhow::Result<u64> {
        let page = self.get("/metrics")?;
        let is_failure = |name: &str| {
            name.starts_with("podlint_reviews_total{") && name.contains("verdict=\"failed\"")
                || name.starts_with("podlint_requests_refused_total{")
                || name.starts_with("podlint_panics_total")
        };
        let numbers = page.lines().filter_map(|line| line.rsplit_once(' '));
        Ok(numbers.filter(|(name, _)| is_failure(name)).filter_map(|(_, number)| number.parse::<u64>().ok()).sum())
    }

    /// What it has in memory.
    pub fn memory(&self) -> anyhow::Result<Memory> {
        let text = self.proc("status")?;
        let kibibytes = |name: &str| -> Option<f64> {
            let line = text.lines().find_map(|line| line.strip_prefix(name))?;
            line.split_whitespace().next()?.parse().ok()
        };
        let read = || Some(Memory { now: kibibytes("VmRSS:")? * 1024.0, most: kibibytes("VmHWM:")? * 1024.0 });
        read().context("the system does not say what a process holds")
    }

    /// Seconds of all processors that it has taken.
    pub fn cpu(&self) -> anyhow::Result<f64> {
        // Hundredths of a second, on every Linux that tells anything to programs.
        const TICKS: f64 = 100.0;
        let text = self.proc("stat")?;
        let fields = text.rsplit_once(')').map(|(_, rest)| rest.split_whitespace());
        let used = fields.map(|fields| fields.skip(11).take(2).filter_map(|it| it.parse::<f64>().ok()).sum::<f64>());
        Ok(used.context("the system does not say what a process used")? / TICKS)
    }

    fn proc(&self, name: &str) -> anyhow::Result<String> {
        let path = format!("/proc/{}/{name}", self.child.id());
        fs::read_to_string(&path).with_context(|| format!("cannot read {path}: measuring the webhook needs Linux"))
    }

    /// Asks the status port: the whole answer.
    fn get(&self, path: &str) -> anyhow::Result<String> {
        let mut stream = TcpStream::connect(self.status).context("the status port does not answer")?;
        stream.set_read_timeout(Some(LONG)).context("no timeout")?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").context("not asked")?;
        let mut text = String::new();
        stream.read_to_string(&mut text).context("the status port does not answer")?;
        Ok(text)
    }
}

impl Drop for Webhook {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Makes tls.crt and tls.key; the certificate is its own authority.
fn certificate(folder: &Path) -> anyhow::Result<PathBuf> {
    let made = rcgen::generate_simple_self_signed([NAME.to_owned()]).context("no certificate could be made")?;
    let path = folder.join("tls.crt");
    for (path, text) in [(&path, made.cert.pem()), (&folder.join("tls.key"), made.signing_key.serialize_pem())] {
        fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(path)
}

/// An address that nobody listens at.
fn free() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no port is free")?;
    listener.local_addr().context("no port is free")
}
