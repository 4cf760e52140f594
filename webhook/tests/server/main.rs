//! The webhook's listener and certificates, over real sockets.

mod api;
mod bodies;
mod bounds;
mod client_certificate;
mod drain;
mod files;
mod managed;
mod protocols;
mod readiness;
mod support;
