//! Work on several threads, with results in the order of the jobs and bounded memory.
//!
//! Plain threads and channels: what is wanted is a pipeline that keeps order and never runs far
//! ahead of its consumer. A work-stealing pool gives neither by itself.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// How many jobs may be under way for each thread: enough that none waits while the consumer
/// writes, few enough that memory stays small.
const AHEAD: usize = 3;

/// As many threads as are wanted, or one for each core.
pub fn threads(wanted: Option<u16>) -> usize {
    wanted.map_or_else(|| thread::available_parallelism().map_or(1, usize::from), usize::from)
}

/// Does `work` on each of `jobs` with this many threads, and hands the results to `sink` in the
/// order of the jobs, until it breaks. One thread, or one job, runs on the caller's thread.
pub fn in_order<J, R, W, S>(jobs: impl Iterator<Item = J> + Send, threads: usize, work: W, mut sink: S)
where
    J: Send,
    R: Send,
    W: Fn(J) -> R + Sync,
    S: FnMut(R) -> ControlFlow<()>,
{
    let mut jobs = jobs.peekable();
    let Some(first) = jobs.next() else { return };
    if threads <= 1 || jobs.peek().is_none() {
        for job in std::iter::once(first).chain(jobs) {
            if sink(work(job)).is_break() {
                return;
            }
        }
        return;
    }

    // Each job travels with the sender of its result; the receivers go to the consumer in order.
    // Whoever loses its partner stops: a broken-off consumer ends the feeder, and that the workers.
    let (to_workers, work_queue) = sync_channel::<(J, SyncSender<R>)>(threads * AHEAD);
    let (to_consumer, results) = sync_channel::<Receiver<R>>(threads * AHEAD);
    let work_queue = Mutex::new(work_queue);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = work_queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((job, answer)) = next else { return };
                    // The consumer may have left: then nobody wants the result.
                    let _ = answer.send(work(job));
                }
            });
        }
        scope.spawn(move || {
            for job in std::iter::once(first).chain(jobs) {
                let (answer, result) = sync_channel(1);
                if to_consumer.send(result).is_err() || to_workers.send((job, answer)).is_err() {
                    return;
                }
            }
        });
        while let Ok(result) = results.recv() {
            // A missing result means that a worker panicked; leaving the scope passes that on.
            let Ok(result) = result.recv() else { break };
            if sink(result).is_break() {
                break;
            }
        }
        drop(results);
    });
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn results_come_in_order_whatever_the_threads() {
        for threads in [1, 2, 7] {
            let mut seen = Vec::new();
            let work = |job: u64| {
                thread::sleep(Duration::from_micros((job * 37) % 200));
                job
            };
            in_order(0..200, threads, work, |result| {
                seen.push(result);
                ControlFlow::Continue(())
            });
            assert_eq!(seen, (0..200).collect::<Vec<_>>());
        }
    }

    #[test]
    fn jobs_stay_near_the_consumer() {
        let started = AtomicUsize::new(0);
        let mut taken = 0;
        let jobs = (0..1000).inspect(|_| {
            started.fetch_add(1, Ordering::SeqCst);
        });
        in_order(
            jobs,
            2,
            |job| job,
            |_| {
                taken += 1;
                assert!(started.load(Ordering::SeqCst) <= taken + 2 * 2 * AHEAD + 8);
                ControlFlow::Continue(())
            },
        );
        assert_eq!(taken, 1000);
    }

    #[test]
    fn a_consumer_that_leaves_ends_it() {
        let mut taken = 0;
        in_order(
            0..,
            3,
            |job: usize| job,
            |_| {
                taken += 1;
                if taken == 10 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        assert_eq!(taken, 10);
    }
}
