//! Products by the names that people know. Microsoft's part numbers are a history of renamings; what is not in this list is
//! called by its part number.

/// Part number and name (Microsoft: "product names and service plan identifiers for licensing").
const NAMES: [(&str, &str); 32] = [
    ("AAD_PREMIUM", "Microsoft Entra ID P1"),
    ("AAD_PREMIUM_P2", "Microsoft Entra ID P2"),
    ("DESKLESSPACK", "Office 365 F3"),
    ("EMS", "Enterprise Mobility + Security E3"),
    ("EMSPREMIUM", "Enterprise Mobility + Security E5"),
    ("ENTERPRISEPACK", "Office 365 E3"),
    ("ENTERPRISEPREMIUM", "Office 365 E5"),
    ("EXCHANGEDESKLESS", "Exchange Online Kiosk"),
    ("EXCHANGEENTERPRISE", "Exchange Online Plan 2"),
    ("EXCHANGESTANDARD", "Exchange Online Plan 1"),
    ("FLOW_FREE", "Power Automate Free"),
    ("INTUNE_A", "Microsoft Intune Plan 1"),
    ("M365_F1_COMM", "Microsoft 365 F1"),
    ("MCOEV", "Microsoft Teams Phone Standard"),
    ("Microsoft_365_Business_Basic_EEA_(no_Teams)", "Microsoft 365 Business Basic EEA (no Teams)"),
    ("Microsoft_365_Business_Standard_EEA_(no_Teams)", "Microsoft 365 Business Standard EEA (no Teams)"),
    ("O365_BUSINESS", "Microsoft 365 Apps for business"),
    ("O365_BUSINESS_ESSENTIALS", "Microsoft 365 Business Basic"),
    ("O365_BUSINESS_PREMIUM", "Microsoft 365 Business Standard"),
    ("O365_w/o Teams Bundle_M3", "Microsoft 365 E3 EEA (no Teams)"),
    ("OFFICESUBSCRIPTION", "Microsoft 365 Apps for enterprise"),
    ("POWER_BI_STANDARD", "Microsoft Fabric (Free)"),
    ("PROJECTPROFESSIONAL", "Project Plan 3"),
    ("SMB_BUSINESS_ESSENTIALS", "Microsoft 365 Business Basic"),
    ("SMB_BUSINESS_PREMIUM", "Microsoft 365 Business Standard"),
    ("SPB", "Microsoft 365 Business Premium"),
    ("SPE_E3", "Microsoft 365 E3"),
    ("SPE_E5", "Microsoft 365 E5"),
    ("SPE_F1", "Microsoft 365 F3"),
    ("STANDARDPACK", "Office 365 E1"),
    ("TEAMS_EXPLORATORY", "Microsoft Teams Exploratory"),
    ("VISIOCLIENT", "Visio Plan 2"),
];

/// The name of a product, or its part number.
pub fn product_name(part_number: &str) -> &str {
    let found = NAMES.iter().find(|(part, _)| part.eq_ignore_ascii_case(part_number));
    found.map_or(part_number, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x11_products_are_called_as_people_know_them_and_unknown_ones_by_their_part_number() {
        assert_eq!(product_name("O365_BUSINESS_PREMIUM"), "Microsoft 365 Business Standard");
        assert_eq!(product_name("o365_business"), "Microsoft 365 Apps for business");
        assert_eq!(product_name("SOMETHING_NEW"), "SOMETHING_NEW");
    }

    #[test]
    fn every_part_number_stands_in_the_list_once_and_in_order() {
        assert!(NAMES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
