//! Reads a request's body: bounded in bytes, in time, and in what all bodies together may take.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

/// Set aside at once for a body whose length was announced: the announcement may be a lie.
const FIRST_BYTES: usize = 64 * 1024;

/// The bounds of bodies.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The largest body, in bytes.
    pub bytes: u32,
    /// All bodies that are read or held, in bytes.
    pub all: u32,
    /// The longest time from the first look to the last byte.
    pub total: Duration,
    /// The longest time without a single byte.
    pub stall: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 16 << 20, all: 64 << 20, total: Duration::from_secs(10), stall: Duration::from_secs(3) }
    }
}

/// Reads bodies. Clones share what all bodies together may take.
#[derive(Clone, Debug)]
pub struct Reader {
    limits: Limits,
    budget: Arc<Semaphore>,
}

/// A whole body. Its bytes count as held until it is dropped.
#[derive(Debug)]
pub struct Received {
    bytes: Bytes,
    _held: Option<OwnedSemaphorePermit>,
}

impl Deref for Received {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Why there is no body. As an answer it is 413, 408, 400 or 503, with a text; it ends the connection where
/// the rest of the body still stands in the way.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// More bytes than allowed.
    #[error("the request body is above the limit of {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u32,
        /// The rest has been read and thrown away: the connection can go on.
        drained: bool,
    },
    /// It did not come in time.
    #[error("the request body came too slowly: it has to come within {total:?}, and never stand still for {stall:?}")]
    TooSlow {
        /// For the whole body.
        total: Duration,
        /// For the next byte.
        stall: Duration,
    },
    /// The client went away, or its chunks make no sense.
    #[error("the request body broke off: {0}")]
    Broken(#[source] axum::Error),
    /// All bodies together take what they may.
    #[error("too many request bodies at once; try again")]
    Overload,
}

impl BodyError {
    /// One word, for a metric.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "too_large",
            Self::TooSlow { .. } => "too_slow",
            Self::Broken(_) => "broken",
            Self::Overload => "overload",
        }
    }
}

impl IntoResponse for BodyError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow { .. } => StatusCode::REQUEST_TIMEOUT,
            Self::Broken(_) => StatusCode::BAD_REQUEST,
            Self::Overload => StatusCode::SERVICE_UNAVAILABLE,
        };
        let mut response = (status, format!("{self}\n")).into_response();
        let headers = response.headers_mut();
        if !matches!(self, Self::TooLarge { drained: true, .. }) {
            headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        if matches!(self, Self::Overload) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl Reader {
    /// A reader with nothing held yet.
    pub fn new(limits: Limits) -> Self {
        Self { limits, budget: Arc::new(Semaphore::new(limits.all as usize)) }
    }

    /// The body of `request`, complete.
    ///
    /// What is above the limit is thrown away, up to the same length again, so that the connection can go on;
    /// not so if the client waits to be told to send it (`Expect: 100-continue`).
    ///
    /// # Errors
    ///
    /// [`BodyError`], which is an answer already.
    pub async fn read(&self, request: Request<Body>) -> Result<Received, BodyError> {
        let limits = self.limits;
        let deadline = Instant::now() + limits.total;
        let awaits = request.headers().contains_key(header::EXPECT);
        let mut body = request.into_body();
        let announced = body.size_hint().lower();
        if announced > u64::from(limits.bytes) {
            let left = 2 * u64::from(limits.bytes);
            let drained = !awaits && announced <= left && self.drain(body, left, deadline).await;
            return Err(BodyError::TooLarge { limit: limits.bytes, drained });
        }

        let mut held: Option<OwnedSemaphorePermit> = None;
        let mut length: u32 = 0;
        let mut first = Bytes::new();
        let mut rest = Vec::new();
        while let Some(chunk) = self.chunk(&mut body, deadline).await? {
            let more = u32::try_from(chunk.len()).unwrap_or(u32::MAX);
            length = length.saturating_add(more);
            if length > limits.bytes {
                return Err(BodyError::TooLarge {
                    limit: limits.bytes,
                    drained: self.drain(body, u64::from(limits.bytes), deadline).await,
                });
            }
            let permit = self.budget.clone().try_acquire_many_owned(more);
            let permit = permit.map_err(|_| BodyError::Overload)?;
            match &mut held {
                Some(held) => held.merge(permit),
                None => held = Some(permit),
            }
            // Most bodies come in one piece, which then is not copied.
            if first.is_empty() && rest.is_empty() {
                first = chunk;
                continue;
            }
            if rest.is_empty() {
                rest.reserve(usize::try_from(announced).unwrap_or(FIRST_BYTES).min(FIRST_BYTES));
                rest.extend_from_slice(&first);
            }
            rest.extend_from_slice(&chunk);
        }
        let bytes = if rest.is_empty() { first } else { rest.into() };
        Ok(Received { bytes, _held: held })
    }

    /// The next bytes; nothing at the end.
    async fn chunk(&self, body: &mut Body, deadline: Instant) -> Result<Option<Bytes>, BodyError> {
        loop {
            let until = deadline.min(Instant::now() + self.limits.stall);
            match timeout_at(until, body.frame()).await {
                Err(_) => {
                    return Err(BodyError::TooSlow { total: self.limits.total, stall: self.limits.stall });
                }
                Ok(None) => return Ok(None),
                Ok(Some(Err(error))) => return Err(BodyError::Broken(error)),
                Ok(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) if !data.is_empty() => return Ok(Some(data)),
                    // Trailers.
                    _ => {}
                },
            }
        }
    }

    /// Whether the rest, of at most `left` bytes, could be thrown away.
    async fn drain(&self, mut body: Body, mut left: u64, deadline: Instant) -> bool {
        loop {
            match self.chunk(&mut body, deadline).await {
                Ok(None) => return true,
                Ok(Some(chunk)) if chunk.len() as u64 <= left => left -= chunk.len() as u64,
                _ => return false,
            }
        }
    }
}
