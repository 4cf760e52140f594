//! The webhook's listener and certificates, over real sockets.

mod api;
mod bodies;
mod bounds;
mod client_certificate;
mod cluster;
mod drain;
mod files;
mod kubernetes;
mod managed;
mod process;
mod protocols;
mod readiness;
mod rotation;
mod support;
