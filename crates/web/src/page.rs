//! Pages, one file for each topic. A page reads through the handle that its door gave out, builds what its template shows,
//! and renders it; nothing here asks whether somebody may.

pub mod account;
pub mod app;
pub mod ask;
pub mod assets;
pub mod bin;
pub mod book;
pub mod book_groups;
pub mod connection;
pub mod consent;
pub mod contact;
pub mod contact_acts;
pub mod contact_form;
pub mod csv;
pub mod customer;
pub mod customers;
pub mod downloads;
pub mod error;
pub mod hold;
pub mod import;
pub mod live;
pub mod merge;
pub mod microsoft;
pub mod person;
pub mod plan;
pub mod policy;
pub mod privacy;
pub mod proof;
pub mod put_back;
pub mod run;
pub mod runs;
pub mod settings;
pub mod sign_in;
pub mod staff;
pub mod why;
