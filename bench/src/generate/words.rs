//! What names, values and comments are made of.

use crate::rng::Rng;

pub const NAMESPACES: &[&str] = &["default", "shop", "payments", "platform", "monitoring", "batch-jobs"];
pub const STAGES: &[&str] = &["dev", "staging", "production", "canary"];
pub const COMPONENTS: &[&str] = &["api", "worker", "frontend", "cache", "database", "gateway", "scheduler"];
pub const TEAMS: &[&str] = &["checkout", "search", "identity", "logistics", "data"];
pub const IMAGES: &[&str] = &["nginx", "redis", "postgres", "example/shop-api", "example/worker", "envoyproxy/envoy"];
pub const VARIABLES: &[&str] =
    &["LOG_LEVEL", "DATABASE_URL", "CACHE_HOST", "FEATURE_FLAGS", "HTTP_PORT", "REGION", "TIMEOUT_SECONDS"];
pub const VALUES: &[&str] = &["info", "\"true\"", "\"8080\"", "eu-central-1", "'30'", "redis.cache.svc", "a,b,c"];

const PARTS: &[&str] =
    &["order", "basket", "invoice", "user", "stock", "price", "mail", "report", "image", "search", "token", "event"];
const SENTENCE: &[&str] = &[
    "the", "service", "reads", "orders", "from", "queue", "and", "writes", "them", "to", "storage", "before", "it",
    "answers", "requests", "of", "other", "parts", "every", "minute", "with", "limits",
];

/// A name that no other object has.
pub fn name(rng: &mut Rng, number: usize) -> String {
    format!("{}-{}-{number}", rng.pick(PARTS), rng.pick(COMPONENTS))
}

/// `3.14.1`
pub fn version(rng: &mut Rng) -> String {
    format!("{}.{}.{}", rng.between(0, 9), rng.between(0, 30), rng.between(0, 12))
}

/// Words in no order that makes sense.
pub fn sentence(rng: &mut Rng, words: usize) -> String {
    let words: Vec<&str> = (0..words).map(|_| rng.pick(SENTENCE)).collect();
    words.join(" ")
}
