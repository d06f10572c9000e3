//! The server: real HTTP on loopback, raw enough to cut connections and break bodies.

pub(crate) mod body;
pub(crate) mod control;
pub(crate) mod control_ops;
pub(crate) mod damage;
pub(crate) mod graph_door;
pub(crate) mod server;
pub(crate) mod service;
