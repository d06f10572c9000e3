//! What a test says about users, groups, devices and organisational contacts: Graph's own names and
//! types, every property optional. The same structs are the ground truth.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};

/// A licence of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AssignedLicense {
    /// Plans switched off inside the licence.
    pub disabled_plans: Vec<String>,
    /// The product.
    pub sku_id: String,
}

/// A service plan of a user; old ones stay with another status (graph-facts 17.1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AssignedPlan {
    /// Since when.
    pub assigned_date_time: String,
    /// `Enabled`, `Warning`, `Suspended`, `LockedOut` or `Deleted`.
    pub capability_status: String,
    /// The service's name, such as `exchange`.
    pub service: String,
    /// The plan.
    pub service_plan_id: String,
}

/// `employeeOrgData`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EmployeeOrgData {
    /// Cost centre.
    pub cost_center: Option<String>,
    /// Division.
    pub division: Option<String>,
}

/// A user. `None` means not set; a value that was set and becomes `None` is cleared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the names are Graph's own")]
pub struct UserSpec {
    pub account_enabled: Option<bool>,
    pub assigned_licenses: Option<Vec<AssignedLicense>>,
    /// Left `None`, it follows from `assigned_licenses`.
    pub assigned_plans: Option<Vec<AssignedPlan>>,
    pub business_phones: Option<Vec<String>>,
    pub city: Option<String>,
    pub company_name: Option<String>,
    pub country: Option<String>,
    pub created_date_time: Option<String>,
    pub creation_type: Option<String>,
    pub department: Option<String>,
    pub display_name: Option<String>,
    pub employee_hire_date: Option<String>,
    pub employee_id: Option<String>,
    pub employee_org_data: Option<EmployeeOrgData>,
    pub employee_type: Option<String>,
    pub external_user_state: Option<String>,
    pub external_user_state_change_date_time: Option<String>,
    pub fax_number: Option<String>,
    pub given_name: Option<String>,
    pub im_addresses: Option<Vec<String>>,
    pub job_title: Option<String>,
    pub mail: Option<String>,
    pub mail_nickname: Option<String>,
    pub mobile_phone: Option<String>,
    pub office_location: Option<String>,
    pub on_premises_distinguished_name: Option<String>,
    pub on_premises_domain_name: Option<String>,
    /// `extensionAttribute1` to `extensionAttribute15`.
    pub on_premises_extension_attributes: Option<Map<String, Value>>,
    pub on_premises_immutable_id: Option<String>,
    pub on_premises_last_sync_date_time: Option<String>,
    pub on_premises_sam_account_name: Option<String>,
    pub on_premises_security_identifier: Option<String>,
    pub on_premises_sync_enabled: Option<bool>,
    pub on_premises_user_principal_name: Option<String>,
    pub other_mails: Option<Vec<String>>,
    pub postal_code: Option<String>,
    pub preferred_language: Option<String>,
    /// Left `None`, it follows from `mail`.
    pub proxy_addresses: Option<Vec<String>>,
    pub security_identifier: Option<String>,
    pub show_in_address_list: Option<bool>,
    pub state: Option<String>,
    pub street_address: Option<String>,
    pub surname: Option<String>,
    pub usage_location: Option<String>,
    pub user_principal_name: Option<String>,
    pub user_type: Option<String>,
}

/// A group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the names are Graph's own")]
pub struct GroupSpec {
    pub classification: Option<String>,
    pub created_date_time: Option<String>,
    pub description: Option<String>,
    pub display_name: Option<String>,
    /// `Unified`, `DynamicMembership`.
    pub group_types: Option<Vec<String>>,
    pub mail: Option<String>,
    pub mail_enabled: Option<bool>,
    pub mail_nickname: Option<String>,
    pub membership_rule: Option<String>,
    pub membership_rule_processing_state: Option<String>,
    pub on_premises_sync_enabled: Option<bool>,
    pub proxy_addresses: Option<Vec<String>>,
    /// Holds `Team` when the group is a team.
    pub resource_provisioning_options: Option<Vec<String>>,
    pub security_enabled: Option<bool>,
    /// `Public`, `Private`, `HiddenMembership`.
    pub visibility: Option<String>,
}

/// An organisational contact (a mail contact of the tenant), there as a member of groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[expect(missing_docs, reason = "the names are Graph's own")]
pub struct OrgContactSpec {
    pub company_name: Option<String>,
    pub department: Option<String>,
    pub display_name: Option<String>,
    pub given_name: Option<String>,
    pub job_title: Option<String>,
    pub mail: Option<String>,
    pub mail_nickname: Option<String>,
    pub proxy_addresses: Option<Vec<String>>,
    pub surname: Option<String>,
}

/// The properties of a spec by Graph's names; unset ones are `null`.
pub(crate) fn to_map<T: Serialize>(spec: &T) -> Map<String, Value> {
    match serde_json::to_value(spec) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// A spec from stored properties.
pub(crate) fn from_map<T: DeserializeOwned + Default>(map: Map<String, Value>) -> T {
    serde_json::from_value(Value::Object(map)).unwrap_or_default()
}
