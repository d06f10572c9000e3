//! Products and service plans (graph-facts 17.2, 17.3): which licence brings which plans.

use serde_json::{Value, json};

use crate::company::spec::{AssignedLicense, AssignedPlan};

/// A service plan inside a product.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) service: &'static str,
}

/// A product.
#[derive(Debug)]
pub(crate) struct Sku {
    pub(crate) id: &'static str,
    pub(crate) part: &'static str,
    pub(crate) plans: &'static [Plan],
}

const fn plan(id: &'static str, name: &'static str, service: &'static str) -> Plan {
    Plan { id, name, service }
}

const TEAMS: Plan = plan("57ff2da0-773e-42df-b2af-ffb7a2317929", "TEAMS1", "TeamspaceAPI");
const EXCHANGE_1: Plan = plan("9aaf7827-d63c-4b61-89c3-182f06f82e5c", "EXCHANGE_S_STANDARD", "exchange");
const EXCHANGE_2: Plan = plan("efb87545-963c-4e0d-99df-69c6916d9eb0", "EXCHANGE_S_ENTERPRISE", "exchange");
const KIOSK: Plan = plan("4a82b400-a79f-41a4-b4e2-e94f5787b113", "EXCHANGE_S_DESKLESS", "exchange");
const FOUNDATION: Plan = plan("113feb6c-3fe4-4440-bddc-54d774bf0318", "EXCHANGE_S_FOUNDATION", "exchange");
const ARCHIVE: Plan = plan("176a09a6-7ec5-4039-ac02-b2791c6ba793", "EXCHANGE_S_ARCHIVE_ADDON", "exchange");

/// The licence mix; the order is the order of `subscribedSkus`.
pub(crate) static SKUS: &[Sku] = &[
    Sku {
        id: "3b555118-da6a-4418-894f-7df1e2096870",
        part: "O365_BUSINESS_ESSENTIALS",
        plans: &[EXCHANGE_1, TEAMS],
    },
    Sku {
        id: "f245ecc8-75af-4f8e-b61f-27d8114de5f3",
        part: "O365_BUSINESS_PREMIUM",
        plans: &[EXCHANGE_1, TEAMS],
    },
    Sku {
        id: "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46",
        part: "SPB",
        plans: &[EXCHANGE_1, FOUNDATION, ARCHIVE, TEAMS],
    },
    Sku { id: "05e9a617-0261-4cee-bb44-138d3ef5d965", part: "SPE_E3", plans: &[EXCHANGE_2, TEAMS] },
    Sku { id: "06ebc4ee-1bb5-47dd-8120-11324bc54e06", part: "SPE_E5", plans: &[EXCHANGE_2, TEAMS] },
    Sku { id: "66b55226-6b4f-492c-910c-a3b7a3c9d993", part: "SPE_F1", plans: &[KIOSK, TEAMS] },
    Sku { id: "c2273bd0-dff7-4215-9ef5-2c7bcfb06425", part: "OFFICESUBSCRIPTION", plans: &[FOUNDATION] },
    Sku { id: "cdd28e44-67e3-425e-be4c-737fab2899d3", part: "O365_BUSINESS", plans: &[] },
];

/// The products by the names people use.
pub mod sku {
    /// Microsoft 365 Business Basic (Exchange plan 1).
    pub const BUSINESS_BASIC: &str = "3b555118-da6a-4418-894f-7df1e2096870";
    /// Microsoft 365 Business Standard (Exchange plan 1).
    pub const BUSINESS_STANDARD: &str = "f245ecc8-75af-4f8e-b61f-27d8114de5f3";
    /// Microsoft 365 Business Premium (Exchange plan 1, foundation, archive).
    pub const BUSINESS_PREMIUM: &str = "cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46";
    /// Microsoft 365 E3 (Exchange plan 2).
    pub const E3: &str = "05e9a617-0261-4cee-bb44-138d3ef5d965";
    /// Microsoft 365 E5 (Exchange plan 2).
    pub const E5: &str = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";
    /// Microsoft 365 F3 (Exchange kiosk).
    pub const F3: &str = "66b55226-6b4f-492c-910c-a3b7a3c9d993";
    /// Microsoft 365 Apps for enterprise: `EXCHANGE_S_FOUNDATION`, no mailbox.
    pub const APPS_ENTERPRISE: &str = "c2273bd0-dff7-4215-9ef5-2c7bcfb06425";
    /// Microsoft 365 Apps for business: no Exchange plan at all.
    pub const APPS_BUSINESS: &str = "cdd28e44-67e3-425e-be4c-737fab2899d3";
}

/// A licence for one of the products.
pub fn license(sku_id: &str) -> AssignedLicense {
    AssignedLicense { disabled_plans: Vec::new(), sku_id: sku_id.to_owned() }
}

/// The plans that follow from licences; plans had before and now lost stay as `Deleted`.
pub(crate) fn plans_for(
    licenses: &[AssignedLicense],
    before: &[AssignedPlan],
    since: &str,
) -> Vec<AssignedPlan> {
    let mut plans: Vec<AssignedPlan> = Vec::new();
    for license in licenses {
        for sku in SKUS.iter().filter(|s| s.id == license.sku_id) {
            for plan in sku.plans {
                let off = license.disabled_plans.iter().any(|p| p == plan.id);
                if plans.iter().any(|p| p.service_plan_id == plan.id) || off {
                    continue;
                }
                plans.push(AssignedPlan {
                    assigned_date_time: since.to_owned(),
                    capability_status: "Enabled".to_owned(),
                    service: plan.service.to_owned(),
                    service_plan_id: plan.id.to_owned(),
                });
            }
        }
    }
    for old in before {
        if !plans.iter().any(|p| p.service_plan_id == old.service_plan_id) {
            plans.push(AssignedPlan { capability_status: "Deleted".to_owned(), ..old.clone() });
        }
    }
    plans
}

/// An item of `GET /subscribedSkus`.
pub(crate) fn subscribed(sku: &Sku, tenant: &str, consumed: usize) -> Value {
    let plans: Vec<Value> = sku
        .plans
        .iter()
        .map(|p| {
            json!({"servicePlanId": p.id, "servicePlanName": p.name,
                   "provisioningStatus": "Success", "appliesTo": "User"})
        })
        .collect();
    json!({"accountId": tenant, "appliesTo": "User", "capabilityStatus": "Enabled",
        "consumedUnits": consumed, "id": format!("{tenant}_{}", sku.id),
        "prepaidUnits": {"enabled": consumed + 25, "suspended": 0, "warning": 0, "lockedOut": 0},
        "servicePlans": plans, "skuId": sku.id, "skuPartNumber": sku.part})
}
