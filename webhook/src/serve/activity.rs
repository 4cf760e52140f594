//! What one connection is doing, and since when: what its time limits and the bound on all of them go by.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// All times are counted from here, so that phase and time fit one atomic word.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

const PHASES: [Phase; 7] =
    [Phase::Fresh, Phase::Head, Phase::Busy, Phase::Answering, Phase::Flushing, Phase::Idle, Phase::Closing];
const PHASE_BITS: u32 = 3;

/// A connection's way through its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Accepted; not one byte of a request has come.
    Fresh,
    /// A request has begun, its head is not complete.
    Head,
    /// The router has the request.
    Busy,
    /// The router has answered; the answer's body is not all handed over.
    Answering,
    /// The answer is handed over and on its way out.
    Flushing,
    /// Answered, and waiting for the next request.
    Idle,
    /// It is to end, to make room for another.
    Closing,
}

/// One connection, as its own task and the bound on all connections see it.
#[derive(Debug)]
pub(super) struct Activity {
    /// Milliseconds since [`START`], and the phase in the lowest bits.
    word: AtomicU64,
    /// Cancelled when the connection has to make room.
    pub evicted: CancellationToken,
}

impl Activity {
    pub fn new() -> Self {
        Self { word: AtomicU64::new(pack(Phase::Fresh)), evicted: CancellationToken::new() }
    }

    /// The phase, and when it began.
    pub fn now(&self) -> (Phase, Instant) {
        unpack(self.word.load(Ordering::Acquire))
    }

    /// Enters a phase. A request that came in time goes before the wish to end.
    pub fn enter(&self, next: Phase) {
        self.word.store(pack(next), Ordering::Release);
    }

    /// A byte has been read.
    pub fn received(&self) {
        let _ = self.change(Phase::Head, |phase| matches!(phase, Phase::Fresh | Phase::Idle));
    }

    /// The answer's body has been handed over.
    pub fn handed_over(&self) {
        let _ = self.change(Phase::Flushing, |phase| phase == Phase::Answering);
    }

    /// All that was handed over has been sent.
    pub fn flushed(&self) {
        let _ = self.change(Phase::Idle, |phase| phase == Phase::Flushing);
    }

    /// Ends the connection if it is still in the phase in which it was chosen.
    pub fn evict(&self, chosen: Phase) -> bool {
        let done = self.change(Phase::Closing, |phase| phase == chosen);
        if done {
            self.evicted.cancel();
        }
        done
    }

    fn change(&self, next: Phase, from: impl Fn(Phase) -> bool) -> bool {
        self.word
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |word| from(unpack(word).0).then(|| pack(next)))
            .is_ok()
    }
}

fn pack(phase: Phase) -> u64 {
    let millis = u64::try_from(START.elapsed().as_millis()).unwrap_or(u64::MAX >> PHASE_BITS);
    (millis << PHASE_BITS) | phase as u64
}

fn unpack(word: u64) -> (Phase, Instant) {
    let phase = PHASES[(word & ((1 << PHASE_BITS) - 1)) as usize];
    (phase, *START + Duration::from_millis(word >> PHASE_BITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_holds_every_phase() {
        for phase in PHASES {
            assert_eq!(unpack(pack(phase)).0, phase);
        }
    }

    #[test]
    fn a_request_goes_through_its_phases() {
        let activity = Activity::new();
        let mut seen = vec![activity.now().0];
        for step in [
            Activity::received as fn(&Activity),
            |activity| activity.enter(Phase::Busy),
            Activity::received,
            Activity::flushed,
            |activity| activity.enter(Phase::Answering),
            Activity::flushed,
            Activity::handed_over,
            Activity::flushed,
            Activity::received,
        ] {
            step(&activity);
            seen.push(activity.now().0);
        }
        assert_eq!(
            seen,
            [
                Phase::Fresh,
                Phase::Head,
                Phase::Busy,
                Phase::Busy,
                Phase::Busy,
                Phase::Answering,
                Phase::Answering,
                Phase::Flushing,
                Phase::Idle,
                Phase::Head
            ]
        );
    }

    #[test]
    fn what_began_a_request_meanwhile_is_not_ended() {
        let activity = Activity::new();
        activity.received();
        assert!(!activity.evict(Phase::Fresh));
        assert!(activity.evict(Phase::Head));
        activity.received();
        assert_eq!(activity.now().0, Phase::Closing);
    }
}
