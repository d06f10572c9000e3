//! m365sim
