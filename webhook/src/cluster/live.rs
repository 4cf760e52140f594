//! What is known of the cluster, and the [`Cluster`] that is made of it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use arc_swap::ArcSwapOption;
use kube::runtime::watcher::Event;
use podlint_core::schedule::{Builder, Cluster, Keeper, Kept, Needed};
use podlint_schemas::Version;
use tokio::sync::Notify;

use super::Metrics;
use super::freshness::Freshness;

/// Without these there is no answer.
const REQUIRED: [&str; 3] = ["Node", "Pod", "Namespace"];
/// Changes come in crowds: so long is waited for the rest of one.
const CROWD: Duration = Duration::from_millis(30);
/// Making a cluster anew shall take no more than this part of one processor's time: reviews wait meanwhile.
const SHARE: u32 = 50;
/// Nor shall a change wait longer than this.
const LONGEST_PAUSE: Duration = Duration::from_millis(700);

/// By namespace and name, as [`key`] writes them.
type Objects = HashMap<Box<str>, Kept>;

/// The cluster as far as it is known. Keeps answering from what it has when the API server is away.
#[derive(Debug)]
pub struct Live {
    state: Mutex<State>,
    cluster: ArcSwapOption<Cluster>,
    version: ArcSwapOption<Version>,
    changed: Notify,
    is_watching: bool,
    metrics: Metrics,
}

#[derive(Debug, Default)]
struct State {
    kinds: BTreeMap<&'static str, Known>,
    keeper: Keeper,
    /// Something has changed since the cluster was made.
    is_old: bool,
}

/// What is known of one kind.
#[derive(Debug)]
struct Known {
    objects: Objects,
    /// A list that is being read.
    listed: Option<Objects>,
    is_listed: bool,
    freshness: Freshness,
}

impl Live {
    /// Nothing is known yet.
    pub fn new(is_watching: bool, metrics: Metrics) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            cluster: ArcSwapOption::empty(),
            version: ArcSwapOption::empty(),
            changed: Notify::new(),
            is_watching,
            metrics,
        })
    }

    /// A cluster that was read elsewhere and does not change.
    pub fn fixed(cluster: Cluster, metrics: Metrics) -> Arc<Self> {
        let live = Self::new(true, metrics);
        live.cluster.store(Some(Arc::new(cluster)));
        live
    }

    /// The cluster; none until nodes, Pods and namespaces have been listed once.
    pub fn cluster(&self) -> Option<Arc<Cluster>> {
        self.cluster.load_full()
    }

    /// Whether there will be a cluster.
    pub const fn is_watching(&self) -> bool {
        self.is_watching
    }

    /// The API server's version, as far as podlint knows versions.
    pub fn version(&self) -> Option<Version> {
        self.version.load().as_deref().copied()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A watch begins.
    pub(super) fn begin(&self, kind: &'static str) {
        self.state().kinds.insert(kind, Known::new());
        self.metrics.begin(kind);
    }

    /// Takes in what a watch says.
    pub(super) fn take<K: Into<Needed>>(&self, kind: &'static str, event: Event<K>) {
        let mut state = self.state();
        let State { kinds, keeper, .. } = &mut *state;
        let known = kinds.entry(kind).or_insert_with(Known::new);
        known.freshness.works();
        let changed = known.take(event, keeper);
        self.metrics.set_objects(kind, known.objects.len());
        state.is_old |= changed;
        drop(state);
        if changed {
            self.changed.notify_one();
        }
    }

    /// A watch has failed; it will be tried again.
    pub(super) fn fail(&self, kind: &'static str) {
        self.state().kinds.entry(kind).or_insert_with(Known::new).freshness.fails();
        self.metrics.error(kind);
    }

    /// The API server does not show a kind. Says whether podlint can go without it: not where it needs the kind, or knew
    /// it a moment ago.
    pub(super) fn goes_without(&self, kind: &'static str) -> bool {
        let mut state = self.state();
        let known = state.kinds.entry(kind).or_insert_with(Known::new);
        let without = !known.is_listed && !REQUIRED.contains(&kind);
        if without {
            known.freshness.works();
        }
        without
    }

    /// The API server has answered: watches that have been quiet work.
    pub(super) fn hear(&self, version: Option<Version>) {
        if let Some(version) = version {
            self.version.store(Some(Arc::new(version)));
        }
        let mut state = self.state();
        state.kinds.values_mut().for_each(|known| known.freshness.hears());
    }

    /// Brings the metrics of age up to date.
    pub(super) fn show_age(&self) {
        for (kind, known) in &self.state().kinds {
            self.metrics.set_age(kind, known.freshness.age().as_secs_f64());
        }
    }

    /// Makes the cluster anew whenever something has changed, for ever.
    pub(super) async fn keep_current(self: Arc<Self>) {
        loop {
            self.changed.notified().await;
            tokio::time::sleep(CROWD).await;
            let started = Instant::now();
            let live = Arc::clone(&self);
            let made = tokio::task::spawn_blocking(move || live.make()).await;
            if made.is_err() {
                tracing::error!("the cluster could not be read; the last one that could is kept");
            }
            tokio::time::sleep((started.elapsed() * SHARE).min(LONGEST_PAUSE)).await;
        }
    }

    fn make(&self) {
        let mut state = self.state();
        let is_known = |kind: &&str| state.kinds.get(*kind).is_some_and(|known| known.is_listed);
        if !state.is_old || !REQUIRED.iter().all(is_known) {
            return;
        }
        state.is_old = false;
        let listed = state.kinds.iter().filter(|(_, known)| known.is_listed);
        let objects = listed.map(|(kind, known)| (*kind, known.objects.values().cloned().collect()));
        let objects: Vec<(&'static str, Vec<Kept>)> = objects.collect();
        drop(state);
        let mut builder = Builder::default();
        for (kind, objects) in objects {
            builder.knows(kind);
            for kept in &objects {
                builder.give(kept);
            }
        }
        self.cluster.store(Some(Arc::new(builder.finish())));
        self.metrics.synced.set(1);
    }
}

impl Known {
    fn new() -> Self {
        Self { objects: Objects::new(), listed: None, is_listed: false, freshness: Freshness::new() }
    }

    /// Whether what is known has changed.
    fn take<K: Into<Needed>>(&mut self, event: Event<K>, keeper: &mut Keeper) -> bool {
        match event {
            Event::Init => {
                self.listed = Some(Objects::new());
                false
            }
            Event::InitApply(object) => {
                let needed = object.into();
                let key = key(&needed);
                if let Some(kept) = keeper.keep(needed) {
                    self.listed.get_or_insert_default().insert(key, kept);
                }
                false
            }
            Event::InitDone => {
                let listed = self.listed.take().unwrap_or_default();
                let changed = !self.is_listed || listed != self.objects;
                self.is_listed = true;
                self.objects = listed;
                changed
            }
            Event::Apply(object) => {
                let needed = object.into();
                let key = key(&needed);
                match keeper.keep(needed) {
                    Some(kept) if self.objects.get(&key) == Some(&kept) => false,
                    Some(kept) => {
                        self.objects.insert(key, kept);
                        true
                    }
                    // A Pod that has finished, or that is on no node yet, takes no room.
                    None => self.objects.remove(&key).is_some(),
                }
            }
            Event::Delete(object) => self.objects.remove(&key(&object.into())).is_some(),
        }
    }
}

fn key(object: &Needed) -> Box<str> {
    format!("{}/{}", object.namespace(), object.name()).into()
}
