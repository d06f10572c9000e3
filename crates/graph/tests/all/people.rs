//! Sign-in and consent over the simulated Microsoft 365.

use std::time::Duration;

use graph::{
    ConnectionSettings, Credential, GraphError, Hosts, NotOurs, Person, SignInApp, SignInAsked, SignInError,
    TokenProblem, Transport, TransportOptions,
};
use m365sim::{AppHandle, AppSpec, Server, ServerOptions, TenantHandle, TenantSpec, UserSpec, World};
use secrecy::SecretString;

const BACK: &str = "https://whoswho.example/sign-in/microsoft/back";

struct Stage {
    world: World,
    tenant: TenantHandle,
    app: AppHandle,
    _server: Server,
    ours: SignInApp,
    verifier: SecretString,
}

impl Stage {
    fn new() -> Self {
        let world = World::new(1);
        let tenant = world.add_tenant(&TenantSpec::empty("muster.example"));
        tenant.add_user(UserSpec { mail: Some("anna@muster.example".into()), ..UserSpec::default() });
        let spec = AppSpec { redirects: vec![BACK.into()], roles: Vec::new(), name: "Whoswho".into() };
        let app = world.register_app(spec);
        let server = Server::start(&world, &ServerOptions::default()).unwrap();
        // No pause between two looks for a key.
        let options = TransportOptions { second: Duration::ZERO, ..TransportOptions::default() };
        let transport = Transport::with_options(options).unwrap();
        let settings = ConnectionSettings {
            hosts: Hosts::custom(&server.login_url(), &server.graph_url()).unwrap(),
            tenant_id: tenant.id(),
            client_id: app.client_id(),
            credential: Credential::Secret(app.client_secret().into()),
        };
        let ours = SignInApp::new(&transport, settings);
        Self { world, tenant, app, _server: server, ours, verifier: "v".repeat(43).into() }
    }

    fn code(&self) -> SecretString {
        let asked =
            SignInAsked { redirect: BACK, state: "s", nonce: "n", verifier: &self.verifier, anew: false };
        let address = self.ours.sign_in_address(&asked);
        let back = self.world.go_on_as(address.as_str(), "anna@muster.example").unwrap();
        let back = url::Url::parse(&back).unwrap();
        back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned().into()
    }

    async fn redeem(&self, code: &SecretString, nonce: &str) -> Result<Person, SignInError> {
        self.ours.redeem(code, BACK, &self.verifier, nonce).await
    }
}

#[tokio::test]
async fn somebody_signs_in_and_is_known_by_tenant_and_object_id() {
    let stage = Stage::new();
    let person = stage.redeem(&stage.code(), "n").await.unwrap();
    assert_eq!(person.tenant.to_string(), stage.tenant.id());
    assert_eq!(person.object.to_string(), stage.tenant.truth().users[0].id);
    assert_eq!(person.address, "anna@muster.example");
}

#[tokio::test]
async fn a_token_of_another_sign_in_or_a_code_that_was_used_is_not_believed() {
    let stage = Stage::new();
    let code = stage.code();
    assert!(matches!(stage.redeem(&code, "another").await, Err(SignInError::NotOurs(NotOurs::Nonce))));
    let again = stage.redeem(&code, "n").await;
    assert!(matches!(again, Err(SignInError::Graph(GraphError::TokenRefused { .. }))), "{again:?}");
}

#[tokio::test]
async fn keys_that_roll_over_are_looked_for_once_more_and_old_ones_are_believed_no_more() {
    let stage = Stage::new();
    stage.redeem(&stage.code(), "n").await.unwrap();
    stage.world.roll_signing_key();
    stage.redeem(&stage.code(), "n").await.unwrap();
    stage.world.drop_old_signing_keys();
    stage.redeem(&stage.code(), "n").await.unwrap();
}

#[tokio::test]
async fn the_apps_own_trouble_is_told_apart() {
    let stage = Stage::new();
    stage.app.expire_secrets();
    let refused = stage.redeem(&stage.code(), "n").await;
    let Err(SignInError::Graph(GraphError::TokenRefused { problem, .. })) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!(problem, TokenProblem::ExpiredSecret);
}

#[tokio::test]
async fn a_tenant_is_found_by_its_domain_without_a_token() {
    let stage = Stage::new();
    let found = stage.ours.tenant_named("muster.example").await.unwrap();
    assert_eq!(found.to_string(), stage.tenant.id());
    assert!(stage.ours.tenant_named("nobody.example").await.is_err());
    let address = stage.ours.consent_address(&found, BACK, "s");
    assert!(
        address.as_str().contains(&format!("/{}/v2.0/adminconsent?client_id=", stage.tenant.id())),
        "{address}"
    );
}
