//! How old the picture of a kind is.

use std::time::Duration;

use tokio::time::Instant;

/// A watch that has failed is not known to work again before it was quiet for so long: longer than the pause before it is
/// tried again.
const QUIET: Duration = Duration::from_secs(60);

/// When a watch was last known to work.
#[derive(Debug)]
pub(super) struct Freshness {
    worked: Instant,
    failed: Option<Instant>,
}

impl Freshness {
    /// Of a watch that begins.
    pub fn new() -> Self {
        Self { worked: Instant::now(), failed: None }
    }

    /// The watch works.
    pub fn works(&mut self) {
        *self = Self::new();
    }

    /// The watch has failed.
    pub fn fails(&mut self) {
        self.failed = Some(Instant::now());
    }

    /// The API server has answered another question: a watch that has nothing to say works.
    pub fn hears(&mut self) {
        if self.failed.is_none_or(|failed| failed.elapsed() > QUIET) {
            self.worked = Instant::now();
        }
    }

    /// Since when the watch is not known to work.
    pub fn age(&self) -> Duration {
        self.worked.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    async fn seconds(seconds: u64) {
        advance(Duration::from_secs(seconds)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_quiet_watch_stays_young_while_the_server_answers() {
        let mut freshness = Freshness::new();
        for _ in 0..1000 {
            seconds(10).await;
            freshness.hears();
        }
        assert_eq!(freshness.age(), Duration::ZERO);
        seconds(700).await;
        assert_eq!(freshness.age(), Duration::from_secs(700));
    }

    #[tokio::test(start_paused = true)]
    async fn a_watch_that_fails_again_and_again_grows_old() {
        let mut freshness = Freshness::new();
        for _ in 0..30 {
            freshness.fails();
            for _ in 0..3 {
                seconds(10).await;
                freshness.hears();
            }
        }
        assert_eq!(freshness.age(), Duration::from_secs(900));
        for _ in 0..4 {
            seconds(10).await;
            freshness.hears();
        }
        assert_eq!(freshness.age(), Duration::ZERO, "it was quiet for long enough");
        freshness.fails();
        freshness.works();
        seconds(1).await;
        freshness.hears();
        assert_eq!(freshness.age(), Duration::ZERO);
    }
}
