//! One connection, from its handshake to its last answer. Each of its phases has a time limit.
//!
//! hyper's own `header_read_timeout` also runs between two requests, where an API server's client keeps a
//! connection for 90 seconds (`http.DefaultTransport` of Go), so the limits are watched from outside.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, Request, Response, header};
use futures::FutureExt;
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt;

use super::activity::{Activity, Phase};
use super::bound::Place;
use super::metrics::{Metrics, Refused};
use super::shutdown::Shutdown;
use super::stream::Noted;

/// The largest head of a request, in bytes.
const HEAD_BYTES: usize = 64 * 1024;
/// A time that does not come.
const FAR: Duration = Duration::from_secs(24 * 60 * 60);
/// What is read at once from a client that goes on sending after its connection has ended.
const DISCARD_BYTES: usize = 16 * 1024;

/// How long each phase of a connection may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From accepted to TLS agreed on.
    pub handshake: Duration,
    /// From the first byte of a request to the end of its head.
    pub head: Duration,
    /// Without any request. More than the 90 seconds after which the API server itself gives a connection up,
    /// so that none is closed just as it sends. Go's client also keeps connections that it never used.
    pub idle: Duration,
    /// For the client to take an answer.
    pub answer: Duration,
    /// After the end, for the client to read the last answer and to stop sending.
    pub linger: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(5),
            head: Duration::from_secs(10),
            idle: Duration::from_secs(150),
            answer: Duration::from_secs(10),
            linger: Duration::from_secs(1),
        }
    }
}

/// What all connections of a listener share.
#[derive(Clone)]
pub(super) struct Shared {
    pub router: Router,
    pub tls: Option<TlsAcceptor>,
    pub limits: Limits,
    pub shutdown: Shutdown,
    pub metrics: Metrics,
}

/// Serves one connection to its end.
pub(super) async fn serve(shared: Shared, stream: TcpStream, place: Place, own_probe: bool) {
    let activity = place.activity.clone();
    let Some(tls) = shared.tls.clone() else {
        return requests(&shared, stream, &activity).await;
    };
    let handshake = timeout(shared.limits.handshake, tls.accept(stream));
    let reason = tokio::select! {
        agreed = handshake => match agreed {
            Ok(Ok(stream)) => {
                // The time for a first request begins now.
                activity.enter(Phase::Fresh);
                return requests(&shared, stream, &activity).await;
            }
            Ok(Err(error)) => {
                tracing::debug!(%error, "TLS handshake failed");
                Refused::Handshake
            }
            Err(_) => Refused::Slow,
        },
        () = activity.evicted.cancelled() => return,
    };
    if !own_probe {
        shared.metrics.refuse(reason);
    }
}

/// Why the waiting for a connection ended.
enum Event {
    Ended(hyper::Result<()>),
    /// It has to make room, or the process is about to end.
    Asked,
    Late,
}

async fn requests<S: AsyncRead + AsyncWrite + Unpin>(shared: &Shared, stream: S, activity: &Arc<Activity>) {
    let io = TokioIo::new(Noted::new(stream, activity.clone()));
    let handler =
        Handler { router: shared.router.clone(), shutdown: shared.shutdown.clone(), activity: activity.clone() };
    let mut connection =
        http1::Builder::new().header_read_timeout(None).max_buf_size(HEAD_BYTES).serve_connection(io, handler);

    let mut timer = pin!(sleep_until(Instant::now()));
    let mut stop = pin!(shared.shutdown.stopping());
    let mut evicted = pin!(activity.evicted.cancelled());
    let mut stopping = false;
    let mut asked = false;
    let result = loop {
        let event = poll_fn(|cx| {
            if let Poll::Ready(result) = connection.poll_without_shutdown(cx) {
                return Poll::Ready(Event::Ended(result));
            }
            if !asked {
                stopping = stopping || stop.as_mut().poll(cx).is_ready();
                let (phase, since) = activity.now();
                // Who has only just come would take an end without an answer for a failure.
                let spared = phase == Phase::Fresh && since.elapsed() < shared.limits.linger;
                if evicted.as_mut().poll(cx).is_ready() || (stopping && !spared) {
                    return Poll::Ready(Event::Asked);
                }
            }
            let deadline = deadline(&shared.limits, activity, stopping);
            // Set only where it would go off too late: requests follow fast, and a timer costs.
            if deadline < timer.deadline() {
                timer.as_mut().reset(deadline);
            }
            while timer.as_mut().poll(cx).is_ready() {
                if Instant::now() >= deadline {
                    return Poll::Ready(Event::Late);
                }
                timer.as_mut().reset(deadline);
            }
            Poll::Pending
        })
        .await;
        match event {
            Event::Ended(result) => break result,
            Event::Asked => {
                // A request may be waiting in the socket, unseen: one more look at it.
                asked = true;
                tokio::task::yield_now().await;
                let ended = poll_fn(|cx| Poll::Ready(connection.poll_without_shutdown(cx))).await;
                if let Poll::Ready(result) = ended {
                    break result;
                }
                Pin::new(&mut connection).graceful_shutdown();
            }
            Event::Late if stopping && activity.now().0 == Phase::Fresh => {
                asked = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
            Event::Late => {
                if matches!(activity.now().0, Phase::Head | Phase::Answering | Phase::Flushing) {
                    shared.metrics.refuse(Refused::Slow);
                }
                return;
            }
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, "connection ended");
    }
    let mut stream = connection.into_parts().io.into_inner();
    if activity.evicted.is_cancelled() {
        // Nobody waits for one that had to make room.
        let _ = stream.shutdown().now_or_never();
    } else {
        let _ = timeout(shared.limits.linger, part(stream)).await;
    }
}

/// When the connection's phase has lasted too long.
fn deadline(limits: &Limits, activity: &Activity, stopping: bool) -> Instant {
    let (phase, since) = activity.now();
    since
        + match phase {
            Phase::Fresh if stopping => limits.linger,
            Phase::Fresh | Phase::Idle => limits.idle,
            Phase::Head => limits.head,
            // The router answers in a time of its own.
            Phase::Busy => FAR,
            Phase::Answering | Phase::Flushing => limits.answer,
            Phase::Closing => Duration::ZERO,
        }
}

/// Says that no more comes, and reads what the client still sends: a socket that is closed with bytes unread
/// resets the connection, and the client never sees the answer.
async fn part<S: AsyncRead + AsyncWrite + Unpin>(mut stream: S) -> std::io::Result<()> {
    stream.shutdown().await?;
    let mut discarded = vec![0; DISCARD_BYTES];
    while stream.read(&mut discarded).await? > 0 {}
    Ok(())
}

/// The router, with a note of when it has a request and when it has answered.
struct Handler {
    router: Router,
    shutdown: Shutdown,
    activity: Arc<Activity>,
}

impl Service<Request<Incoming>> for Handler {
    type Response = Response<Answer>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        self.activity.enter(Phase::Busy);
        let answer = self.router.clone().oneshot(request.map(Body::new));
        let activity = self.activity.clone();
        let shutdown = self.shutdown.clone();
        Box::pin(async move {
            let mut answer = answer.await?;
            activity.enter(Phase::Answering);
            if shutdown.is_draining() {
                answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok(answer.map(|body| Answer { body, activity }))
        })
    }
}

/// An answer's body. Dropped, it has been handed over.
struct Answer {
    body: Body,
    activity: Arc<Activity>,
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.activity.handed_over();
    }
}
