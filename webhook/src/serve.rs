//! Connections: bounded in number and in time, drained before the process ends.
