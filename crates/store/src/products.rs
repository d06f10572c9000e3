//! Products that a tenant has subscribed to, for naming the licences of people (X11).

use std::collections::BTreeMap;

use model::ids::ConnectionId;

use crate::db::{Bulk, Type, Verb, params};
use crate::error::{Result, StoreError};
use crate::lease::Lease;
use crate::store::Book;

const PRODUCT: Bulk = Bulk {
    table: "product",
    columns: &[("connection", Type::Int), ("sku", Type::Blob), ("part_number", Type::Text)],
    verb: Verb::Upsert { keys: 2, guard: Some("product.part_number <> excluded.part_number") },
};

/// A product of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// Graph's `skuId`.
    pub sku: [u8; 16],
    /// Graph's `skuPartNumber`.
    pub part_number: Box<str>,
}

impl Book {
    /// Part numbers of the products that are known, by the id that users' licences name.
    pub fn products(&self, connection: ConnectionId) -> Result<BTreeMap<[u8; 16], Box<str>>> {
        self.owns(connection)?;
        let sql = "SELECT sku, part_number FROM product WHERE connection = $1";
        let rows = self.store.db.look_up(|tx| {
            tx.query(sql, params![connection.get()], |row| {
                let sku = row.blob(0)?.try_into();
                let sku = sku.map_err(|_| StoreError::Corrupt("a product's id is unreadable".into()))?;
                Ok((sku, row.text(1)?.into()))
            })
        })?;
        Ok(rows.into_iter().collect())
    }

    /// Remembers products. One that the tenant gave up stays, for people may hold its licence for a while.
    pub fn learn_products(&self, lease: &Lease, products: &[Product]) -> Result<()> {
        self.fenced(lease, |tx| {
            let mut bulk = tx.bulk(&PRODUCT)?;
            for product in products {
                bulk.row(|v| {
                    v.int(lease.connection.get());
                    v.blob(&product.sku);
                    v.text(&product.part_number);
                })?;
            }
            bulk.finish().map(drop)
        })
    }
}
