//! Side-by-side runs of podlint and its peers.
