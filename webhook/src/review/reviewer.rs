//! A review from its body to its answer: within its time, in its turn, and whatever happens in it.

use std::panic;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use podlint_core::config::Action;
use podlint_schemas::Version;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task;
use tokio::time::{Instant, timeout_at};

use super::answer::{self, Verdict};
use super::examine::{self, Examine};
use super::message::{self, Request, Response};
use super::policy::{Mode, Policy};
use super::scope::{self, Subject};
use super::{Metrics, OnFailure};
use crate::cluster::Live;
use crate::serve::body::Received;

/// How many reviews there may be.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// At work at once: each keeps a processor busy.
    pub concurrency: usize,
    /// Waiting for their turn.
    pub queue: usize,
}

/// Answers reviews.
#[derive(Debug)]
pub struct Reviewer {
    examine: Box<dyn Examine>,
    policy: Policy,
    live: Arc<Live>,
    on_failure: OnFailure,
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    queue: usize,
    metrics: Metrics,
}

/// A request that has been read, and its body.
pub(super) struct Asked {
    pub(super) body: Received,
    pub(super) uid: String,
    /// For metrics.
    pub(super) kind: String,
    /// Likewise.
    pub(super) operation: String,
}

/// How far a review got: what a review that runs out of time can still say.
type Progress = Arc<Mutex<Option<Verdict>>>;

/// An answer, and its word for the metrics.
type Answered = (Response, &'static str);

impl Reviewer {
    /// A reviewer that asks `examine`, usually [`examine::Rules`], and knows what `live` knows.
    pub fn new(
        examine: impl Examine + 'static,
        policy: Policy,
        live: Arc<Live>,
        on_failure: OnFailure,
        bounds: Bounds,
        metrics: Metrics,
    ) -> Self {
        let (examine, turns) = (Box::new(examine), Arc::new(Semaphore::new(bounds.concurrency)));
        Self { examine, policy, live, on_failure, turns, waiting: AtomicUsize::new(0), queue: bounds.queue, metrics }
    }

    /// What reviews count.
    pub const fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The answer to a request, before `deadline`.
    pub(super) async fn answer(self: &Arc<Self>, asked: Asked, deadline: Instant) -> Response {
        let started = Instant::now();
        let (uid, kind, operation) = (asked.uid.clone(), asked.kind.clone(), asked.operation.clone());
        let in_flight = InFlight::begin(&self.metrics);
        let (response, verdict) = if let Some(turn) = self.turn(deadline).await {
            self.review(asked, turn, deadline).await
        } else {
            self.metrics.refuse("overload");
            self.failure(&uid, "podlint has more reviews than it can take: this one was not made")
        };
        drop(in_flight);
        self.metrics.review(verdict, &kind, &operation, started.elapsed().as_secs_f64());
        response
    }

    /// Waits for a turn; none where too many wait already, or where it does not come in time.
    async fn turn(&self, deadline: Instant) -> Option<OwnedSemaphorePermit> {
        if let Ok(turn) = Arc::clone(&self.turns).try_acquire_owned() {
            return Some(turn);
        }
        let _place = Place::take(&self.waiting, self.queue)?;
        timeout_at(deadline, Arc::clone(&self.turns).acquire_owned()).await.ok()?.ok()
    }

    async fn review(self: &Arc<Self>, asked: Asked, turn: OwnedSemaphorePermit, deadline: Instant) -> Answered {
        let progress = Progress::default();
        let uid = asked.uid.clone();
        let work = task::spawn_blocking({
            let (reviewer, progress) = (Arc::clone(self), Arc::clone(&progress));
            move || {
                // Kept to the end of the work, also where nobody waits for it any more.
                let _turn = turn;
                reviewer.work(&asked.body, &progress)
            }
        });
        match timeout_at(deadline, work).await {
            Ok(Ok(answered)) => answered,
            Ok(Err(error)) => {
                if error.is_panic() {
                    self.metrics.panics.inc();
                }
                tracing::error!(uid, "a review ended in an error of podlint's own; this is a bug");
                self.unfinished(&uid, &progress, "podlint has a fault")
            }
            Err(_) => {
                self.metrics.refuse("too_slow");
                self.unfinished(&uid, &progress, "podlint ran out of time")
            }
        }
    }

    /// What there is to say of a review that did not come to its end.
    fn unfinished(&self, uid: &str, progress: &Progress, why: &str) -> Answered {
        let reached = progress.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut verdict) = reached else {
            return self.failure(uid, &format!("{why}: this object was not reviewed"));
        };
        verdict.open.push(format!("{why}: whether a node takes the Pods was not checked"));
        (verdict.answer(uid), "failed")
    }

    fn failure(&self, uid: &str, what: &str) -> Answered {
        let response = match self.on_failure {
            OnFailure::Allow => answer::allowed_with(uid, what),
            OnFailure::Deny => answer::denied_with(uid, what),
        };
        (response, "failed")
    }

    fn work(&self, body: &[u8], progress: &Progress) -> Answered {
        let Ok(request) = message::read(body) else { return (Response::default(), "failed") };
        let uid = &request.uid;
        let Ok(subject) = scope::of(&request) else { return (answer::allowed(uid), "skipped") };
        let cluster = self.live.cluster();
        let mode = Mode::of(cluster.as_deref().and_then(|cluster| cluster.namespace_labels(&request.namespace)));
        if mode == Mode::Off {
            return (answer::allowed(uid), "skipped");
        }
        let version = self.version();
        let weigh = |told: Vec<examine::Told>| -> Vec<_> {
            let weighed = told.into_iter().map(|told| {
                let action = self.policy.action(told.rule, told.severity, mode);
                (told, action)
            });
            weighed.filter(|(_, action)| *action > Action::Off).collect()
        };
        let mut verdict =
            Verdict { told: weigh(self.examine.object(&subject, &self.policy, version)), open: Vec::new() };
        if subject.wants_node && !verdict.is_hopeless() && self.policy.asks_cluster() {
            let reached = Verdict { told: verdict.told.clone(), open: Vec::new() };
            *progress.lock().unwrap_or_else(PoisonError::into_inner) = Some(reached);
            match cluster {
                Some(cluster) => {
                    let (told, open) = self.examine.scheduling(&subject, &self.policy, version, cluster);
                    verdict.told.extend(weigh(told));
                    if !open.is_empty() {
                        tracing::debug!(uid, plugins = open.join(","), "scheduling was judged in part");
                    }
                }
                None if self.live.is_watching() => verdict.open.push(
                    "podlint does not know the cluster's nodes yet: whether one takes the Pods was not checked"
                        .to_owned(),
                ),
                None => {}
            }
        }
        self.finish(&request, &subject, &verdict)
    }

    fn version(&self) -> Version {
        self.policy.version().or_else(|| self.live.version()).unwrap_or(Version::NEWEST)
    }

    fn finish(&self, request: &Request<'_>, subject: &Subject<'_>, verdict: &Verdict) -> Answered {
        for (told, action) in &verdict.told {
            self.metrics.finding(told.rule, &request.kind.kind, *action);
        }
        let response = verdict.answer(&request.uid);
        let rules = |wanted: Action| -> Vec<&str> {
            let of = verdict.told.iter().filter(|(_, action)| *action == wanted);
            of.map(|(told, _)| told.rule).collect()
        };
        let (kind, namespace, name) = (&*request.kind.kind, &*request.namespace, &*request.name);
        let part = format!("{:?}", subject.part);
        if let Some(status) = &response.status {
            let rules = rules(Action::Deny).join(",");
            tracing::info!(uid = request.uid, kind, namespace, name, part, rules, message = status.message, "denied");
            return (response, "denied");
        }
        let audited = rules(Action::Audit);
        if !audited.is_empty() {
            tracing::info!(uid = request.uid, kind, namespace, name, part, rules = audited.join(","), "found");
        }
        let word = if response.warnings.is_empty() { "allowed" } else { "warned" };
        (response, word)
    }
}

/// A review that is asked for: to its answer, or to the end of the connection that waits for it.
struct InFlight<'a>(&'a Metrics);

impl<'a> InFlight<'a> {
    fn begin(metrics: &'a Metrics) -> Self {
        metrics.in_flight.inc();
        Self(metrics)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.in_flight.dec();
    }
}

/// A place among those that wait.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize, most: usize) -> Option<Self> {
        let taken = waiting.fetch_update(Ordering::AcqRel, Ordering::Acquire, |now| (now < most).then_some(now + 1));
        // Not made before it is known to be free: it is given back when dropped.
        taken.is_ok().then(|| Self(waiting))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// What of the API server's patience is left for the review: the rest is for the way.
pub(super) fn budget(timeout: Duration) -> Duration {
    let margin = (timeout / 10).clamp(Duration::from_millis(100), Duration::from_secs(1));
    timeout.saturating_sub(margin).max(timeout / 2)
}

/// Has panics logged in one line.
pub fn log_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let payload = info.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
        tracing::error!(place, "panic: {}", text.unwrap_or("of an unknown kind"));
    }));
}
