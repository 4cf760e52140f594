//! Takes connections from a socket.

use std::io;
use std::net::{SocketAddr, TcpListener as StdListener, TcpStream as StdStream};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use socket2::{Domain, Protocol, Socket, Type};
#[cfg(target_os = "linux")]
use socket2::{SockFilter, SockRef};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep};
use tokio_util::task::TaskTracker;

use super::bound::Bound;
use super::connection::{self, Shared};
use super::probe::Probe;

/// Connections that wait to be accepted; the kernel lowers it to `net.core.somaxconn`.
const BACKLOG: i32 = 4096;
/// Open files that are no connections of the webhook: those to the API server, probes, certificates.
const FILES: u64 = 256;
/// After an error of the process, not of one connection (no more file descriptors).
const BACK_OFF: Duration = Duration::from_millis(50);
/// How long a connection that has begun may take to be there: a way to the client and back.
const ROUND_TRIP: Duration = Duration::from_millis(20);
/// Before the same is logged again.
const SILENCE: Duration = Duration::from_secs(10);

/// A listening socket whose port other processes may share (`SO_REUSEPORT`), so that a new one serves before
/// the old one has stopped.
///
/// # Errors
///
/// When the address cannot be bound.
pub fn bind(address: SocketAddr) -> io::Result<StdListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Has the kernel overlook what asks for a new connection from now on. It asks again after a second, and then whoever else
/// listens to the port gets it; a socket that is closed resets those who came after the last look at it.
#[cfg(target_os = "linux")]
fn overlook(listener: &TcpListener) -> io::Result<()> {
    // Classic BPF (linux/bpf_common.h), over the TCP header: byte 13 holds the flags, of which 2 is SYN.
    const LOAD_BYTE: u16 = 0x30;
    const JUMP_IF_SET: u16 = 0x45;
    const RETURN: u16 = 0x06;
    SockRef::from(listener).attach_filter(&[
        SockFilter::new(LOAD_BYTE, 0, 0, 13),
        SockFilter::new(JUMP_IF_SET, 0, 1, 2),
        SockFilter::new(RETURN, 0, 0, 0),
        SockFilter::new(RETURN, 0, 0, u32::MAX),
    ])
}

#[cfg(not(target_os = "linux"))]
fn overlook(_listener: &TcpListener) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Lets the process open `connections` and some files more. Where the system does not allow it, says how many
/// connections it can be: one more would fail instead of taking the place of one that waits.
pub(super) fn raise_open_files(connections: usize) -> usize {
    let wanted = connections as u64 + FILES;
    let limit = getrlimit(Resource::Nofile);
    let now = limit.current.unwrap_or(u64::MAX);
    let raised = limit.maximum.unwrap_or(u64::MAX).min(wanted);
    let next = Rlimit { current: Some(raised), ..limit };
    let allowed = if now < raised && setrlimit(Resource::Nofile, next).is_ok() { raised } else { now };
    if allowed >= wanted {
        return connections;
    }
    let fewer = allowed.saturating_sub(FILES).max(allowed / 2);
    tracing::warn!(open_files = allowed, connections = fewer, "fewer connections than --max-connections are possible");
    fewer as usize
}

/// One port: its bound, and what its connections share.
pub(super) struct Port {
    pub shared: Shared,
    pub bound: Arc<Bound>,
    pub tasks: TaskTracker,
    /// Whose handshakes are not counted as refused.
    pub probe: Option<Arc<Probe>>,
}

impl Port {
    /// Takes connections until the drain has ended.
    pub async fn accept(self, listener: TcpListener) -> io::Result<()> {
        let mut told: Option<Instant> = None;
        loop {
            let accepted = tokio::select! {
                biased;
                () = self.shared.shutdown.stopping() => break,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, peer)) => self.take(stream, peer),
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    if told.is_none_or(|told| told.elapsed() > SILENCE) {
                        tracing::warn!(%error, "no connection can be taken");
                        told = Some(Instant::now());
                    }
                    self.bound.evict();
                    sleep(BACK_OFF).await;
                }
            }
        }
        match overlook(&listener) {
            Ok(()) => sleep(ROUND_TRIP).await,
            Err(error) => tracing::debug!(%error, "a connection that comes now may be reset"),
        }
        self.last(listener.into_std()?);
        Ok(())
    }

    /// Takes what the kernel has accepted already; closing the socket would reset it.
    fn last(&self, listener: StdListener) {
        let waiting: Vec<(StdStream, SocketAddr)> = std::iter::from_fn(|| listener.accept().ok()).collect();
        drop(listener);
        for (stream, peer) in waiting {
            let stream = stream.set_nonblocking(true).and_then(|()| TcpStream::from_std(stream));
            if let Ok(stream) = stream {
                self.take(stream, peer);
            }
        }
    }

    fn take(&self, stream: TcpStream, peer: SocketAddr) {
        let Some(place) = self.bound.admit() else {
            return;
        };
        let _ = stream.set_nodelay(true);
        let own_probe = self.probe.as_ref().is_some_and(|probe| probe.is_from(peer));
        self.tasks.spawn(connection::serve(self.shared.clone(), stream, place, own_probe));
    }
}

/// Whether the client went away before it was accepted, which says nothing about the next one.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    /// Those who came before are accepted, those who come later are not reset but get the next listener.
    #[tokio::test]
    async fn who_is_overlooked_gets_the_next_listener() {
        let closing = TcpListener::from_std(bind("127.0.0.1:0".parse().unwrap()).unwrap()).unwrap();
        let address = closing.local_addr().unwrap();
        let early = TcpStream::connect(address).await.unwrap();
        overlook(&closing).unwrap();
        let late = tokio::spawn(TcpStream::connect(address));
        assert_eq!(closing.accept().await.unwrap().1, early.local_addr().unwrap());
        let more = timeout(Duration::from_millis(200), closing.accept()).await;
        assert!(more.is_err() && !late.is_finished());

        let next = TcpListener::from_std(bind(address).unwrap()).unwrap();
        drop(closing);
        let (_stream, peer) = timeout(Duration::from_secs(30), next.accept()).await.expect("it comes").unwrap();
        assert_eq!(late.await.unwrap().unwrap().local_addr().unwrap(), peer);
    }
}
