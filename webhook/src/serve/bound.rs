//! The bound on open connections. Whoever waits longest makes room for who comes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::activity::{Activity, Phase};
use super::metrics::{Metrics, Refused};

/// A client gets this long to send its first byte before it counts as one that keeps a place for nothing.
const GRACE: Duration = Duration::from_secs(1);

/// All open connections of one listener.
pub(super) struct Bound {
    most: usize,
    open: Mutex<Open>,
    metrics: Metrics,
}

#[derive(Default)]
struct Open {
    next: u64,
    connections: HashMap<u64, Arc<Activity>>,
}

/// A connection's place; given back when dropped.
pub(super) struct Place {
    bound: Arc<Bound>,
    number: u64,
    pub activity: Arc<Activity>,
}

impl Bound {
    pub fn new(most: usize, metrics: Metrics) -> Arc<Self> {
        Arc::new(Self { most, open: Mutex::default(), metrics })
    }

    /// A place for a new connection; none if every other one is at work.
    pub fn admit(self: &Arc<Self>) -> Option<Place> {
        let mut open = self.lock();
        if open.connections.len() >= self.most && !self.make_room(&mut open) {
            self.metrics.refuse(Refused::Full);
            return None;
        }
        let activity = Arc::new(Activity::new());
        let number = open.next;
        open.next += 1;
        open.connections.insert(number, activity.clone());
        self.metrics.connections.inc();
        Some(Place { bound: self.clone(), number, activity })
    }

    /// Ends the connection that waits longest, because the process has no more file descriptors.
    pub fn evict(&self) {
        let mut open = self.lock();
        self.make_room(&mut open);
    }

    fn make_room(&self, open: &mut Open) -> bool {
        let now = Instant::now();
        loop {
            let longest = open
                .connections
                .iter()
                .filter_map(|(number, activity)| {
                    let (phase, since) = activity.now();
                    Some((rank(phase, now - since)?, since, *number, phase))
                })
                .min_by_key(|&(rank, since, number, _)| (rank, since, number));
            let Some((_, _, number, phase)) = longest else {
                return false;
            };
            // It may have begun a request since it was looked at: then another one is chosen.
            if open.connections[&number].evict(phase) {
                open.connections.remove(&number);
                self.metrics.refuse(Refused::Evicted);
                return true;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.bound.metrics.connections.dec();
        self.bound.lock().connections.remove(&self.number);
    }
}

/// Who goes first: who never sent a byte, then who sits between two requests (an API server may use it again),
/// then who has only just come, then who is slow to say what it wants. A request that is being answered stays.
fn rank(phase: Phase, age: Duration) -> Option<u8> {
    match phase {
        Phase::Fresh if age >= GRACE => Some(0),
        Phase::Idle => Some(1),
        Phase::Fresh => Some(2),
        Phase::Head => Some(3),
        Phase::Busy | Phase::Answering | Phase::Flushing | Phase::Closing => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(most: usize) -> Arc<Bound> {
        Bound::new(most, Metrics::default())
    }

    #[test]
    fn the_one_between_requests_makes_room_before_the_one_that_has_just_come() {
        let bound = bound(2);
        let used = bound.admit().unwrap();
        used.activity.enter(Phase::Idle);
        let fresh = bound.admit().unwrap();
        let third = bound.admit().unwrap();
        assert_eq!(used.activity.now().0, Phase::Closing);
        assert_eq!(fresh.activity.now().0, Phase::Fresh);
        assert_eq!(third.activity.now().0, Phase::Fresh);
    }

    #[test]
    fn among_equals_the_first_goes() {
        let bound = bound(3);
        let places: Vec<_> = (0..3).map(|_| bound.admit().unwrap()).collect();
        let _last = bound.admit().unwrap();
        let phases: Vec<_> = places.iter().map(|place| place.activity.now().0).collect();
        assert_eq!(phases, [Phase::Closing, Phase::Fresh, Phase::Fresh]);
    }

    #[test]
    fn work_is_never_ended() {
        let bound = bound(1);
        let busy = bound.admit().unwrap();
        for phase in [Phase::Busy, Phase::Answering] {
            busy.activity.enter(phase);
            assert!(bound.admit().is_none());
        }
        drop(busy);
        assert!(bound.admit().is_some());
    }
}
