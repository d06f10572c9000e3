//! The client against a simulated tenant that breaks naive clients wherever the documentation allows it: what was read
//! must be what is there.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use graph::{
    Client, ConnectionSettings, Credential, DeltaStart, Existence, GraphError, GroupsWalk, Hosts, Limits,
    Lookup, MembersState, Transport, UsersWalk,
};
use m365sim::{Server, ServerOptions, TenantHandle, TenantSpec, World};
use model::SourceId;
use model::source::{GroupChange, Member, UserChange};

use crate::script::limits;

pub struct Lab {
    pub world: World,
    pub tenant: TenantHandle,
    server: Server,
    transport: Transport,
}

impl Lab {
    pub fn new(users: usize) -> Self {
        let world = World::new(7);
        let tenant = world.add_tenant(&TenantSpec::of("muster.example", users));
        let server = Server::start(&world, &ServerOptions::default()).unwrap();
        Self { world, tenant, server, transport: Transport::new().unwrap() }
    }

    pub fn settings(&self) -> ConnectionSettings {
        ConnectionSettings {
            hosts: Hosts::custom(&self.server.login_url(), &self.server.graph_url()).unwrap(),
            tenant_id: self.tenant.id(),
            client_id: self.tenant.client_id(),
            credential: Credential::Secret(self.tenant.client_secret().into()),
        }
    }

    pub fn client(&self) -> Client {
        self.client_as(self.settings())
    }

    pub fn client_as(&self, settings: ConnectionSettings) -> Client {
        let limits = Limits { per_request_wait: Duration::from_secs(1), ..limits() };
        Client::new(&self.transport, settings, limits)
    }
}

type Users = BTreeMap<SourceId, Option<String>>;
type Groups = BTreeMap<SourceId, BTreeSet<SourceId>>;

async fn users(walk: &mut UsersWalk, into: &mut Users) -> Result<(), GraphError> {
    while let Some(page) = walk.next_page().await? {
        assert_eq!(page.malformed, 0);
        for item in page.items {
            match item {
                UserChange::Upsert(user) => into.insert(user.id, user.mail.map(String::from)),
                UserChange::Removed { id, .. } => into.remove(&id),
            };
        }
    }
    Ok(())
}

async fn listed(client: &Client, into: &mut Users) {
    let mut walk = client.users_list();
    while let Some(page) = walk.next_page().await.unwrap() {
        assert_eq!(page.malformed, 0);
        for item in page.items {
            match item {
                UserChange::Upsert(user) => drop(into.insert(user.id, user.mail.map(String::from))),
                UserChange::Removed { .. } => panic!("a list removes nobody"),
            }
        }
    }
}

async fn groups(walk: &mut GroupsWalk, into: &mut Groups) -> Result<(), GraphError> {
    while let Some(page) = walk.next_page().await? {
        assert_eq!(page.malformed, 0);
        for item in page.items {
            match item {
                GroupChange::Upsert { group, added, removed } => {
                    let members = into.entry(group.id).or_default();
                    members.extend(added.into_iter().map(|member| member.id));
                    members.retain(|id| !removed.contains(id));
                }
                GroupChange::Removed { id, .. } => {
                    into.remove(&id);
                }
            }
        }
    }
    Ok(())
}

fn true_users(tenant: &TenantHandle) -> Users {
    let truth = tenant.truth();
    truth.live_users().map(|user| (user.id.parse().unwrap(), user.spec.mail.clone())).collect()
}

/// Whether Graph names service principals among members is its own affair; they never reach a book.
fn true_groups(tenant: &TenantHandle) -> Groups {
    let truth = tenant.truth();
    let members = |group: &m365sim::TrueGroup| {
        let shown = group.members.iter().filter(|member| !member.odata_type.ends_with("servicePrincipal"));
        shown.map(|member| member.id.parse().unwrap()).collect()
    };
    truth.live_groups().map(|group| (group.id.parse().unwrap(), members(group))).collect()
}

/// Groups whose members differ, by how many: a whole company in a message helps nobody.
fn differences(read: &Groups, there: &Groups) -> Vec<String> {
    let ids: BTreeSet<_> = read.keys().chain(there.keys()).collect();
    let line = |id: &SourceId| {
        format!(
            "{id}: {:?} read, {:?} there",
            read.get(id).map(BTreeSet::len),
            there.get(id).map(BTreeSet::len)
        )
    };
    ids.into_iter().filter(|id| read.get(id) != there.get(id)).map(line).collect()
}

#[tokio::test]
async fn w6_delta_reads_what_is_there_and_then_what_changed() {
    let lab = Lab::new(400);
    let client = lab.client();
    let (mut people, mut teams) = (Users::new(), Groups::new());
    let mut walk = client.users_delta(DeltaStart::Beginning);
    users(&mut walk, &mut people).await.unwrap();
    let mut group_walk = client.groups_delta(DeltaStart::Beginning);
    groups(&mut group_walk, &mut teams).await.unwrap();
    assert_eq!(people, true_users(&lab.tenant));
    assert_eq!(differences(&teams, &true_groups(&lab.tenant)), Vec::<String>::new());

    let (mut cursor, mut group_cursor) = (walk.into_cursor().unwrap(), group_walk.into_cursor().unwrap());
    for _ in 0..3 {
        lab.tenant.churn(100);
        let mut walk = client.users_delta(DeltaStart::Cursor(cursor));
        users(&mut walk, &mut people).await.unwrap();
        cursor = walk.into_cursor().unwrap();
        let mut walk = client.groups_delta(DeltaStart::Cursor(group_cursor));
        groups(&mut walk, &mut teams).await.unwrap();
        group_cursor = walk.into_cursor().unwrap();
        assert_eq!(people, true_users(&lab.tenant));
        assert_eq!(differences(&teams, &true_groups(&lab.tenant)), Vec::<String>::new());
    }
    lab.tenant.reset_counts();
    users(&mut client.users_delta(DeltaStart::Cursor(cursor)), &mut people).await.unwrap();
    assert!(lab.server.request_count(&lab.tenant.id()) <= 3);
}

#[tokio::test]
async fn w6_a_list_in_ranges_reads_everybody() {
    let lab = Lab::new(2_500);
    let mut people = Users::new();
    listed(&lab.client(), &mut people).await;
    assert_eq!(people, true_users(&lab.tenant));
    assert!(lab.server.request_count(&lab.tenant.id()) > 20);
}

#[tokio::test]
async fn lists_and_member_batches_read_what_is_there_within_the_limits() {
    let lab = Lab::new(600);
    lab.tenant.enforce_limits();
    let client = lab.client();
    let (mut people, mut teams) = (Users::new(), Groups::new());
    listed(&client, &mut people).await;
    groups(&mut client.groups_list(), &mut teams).await.unwrap();
    assert_eq!(people, true_users(&lab.tenant));
    let ids: Vec<SourceId> = teams.keys().cloned().collect();
    let mut walk = client.members(&ids);
    while let Some(page) = walk.next_page().await.unwrap() {
        assert!(matches!(page.state, MembersState::More | MembersState::Complete));
        let members = page.members.into_iter().map(|Member { id, .. }| id);
        teams.get_mut(&page.group).unwrap().extend(members);
    }
    assert_eq!(differences(&teams, &true_groups(&lab.tenant)), Vec::<String>::new());
    assert_eq!(client.stats().throttled, 0);
}

#[tokio::test]
async fn w15_a_walk_through_every_kind_of_fault_reads_what_is_there() {
    let lab = Lab::new(300);
    lab.tenant.pages(|pages| pages.users_delta = 10);
    lab.tenant.faults(|faults| {
        faults.throttled = 0.05;
        faults.throttled_bare = 0.05;
        faults.unavailable = 0.05;
        faults.gateway_timeout = 0.05;
        faults.cut = 0.05;
        faults.cut_in_body = 0.05;
        faults.truncated_json = 0.05;
        faults.html = 0.05;
    });
    let client = lab.client();
    let mut people = Users::new();
    users(&mut client.users_delta(DeltaStart::Beginning), &mut people).await.unwrap();
    assert_eq!(people, true_users(&lab.tenant));
    assert!(client.stats().retries > 3);
}

#[tokio::test]
async fn w15_tokens_that_expire_in_mid_walk_go_unnoticed() {
    let lab = Lab::new(300);
    lab.tenant.pages(|pages| pages.users_delta = 30);
    let client = lab.client();
    let mut people = Users::new();
    let mut walk = client.users_delta(DeltaStart::Beginning);
    walk.next_page().await.unwrap();
    lab.tenant.expire_access_tokens();
    users(&mut walk, &mut people).await.unwrap();
    assert!(walk.into_cursor().is_some());
    assert_eq!(lab.server.counts(&lab.tenant.id()).token, 2);
}

#[tokio::test]
async fn w3_expired_positions_ask_for_a_complete_read() {
    let lab = Lab::new(300);
    lab.tenant.pages(|pages| pages.users_delta = 30);
    let client = lab.client();
    let mut people = Users::new();
    let mut walk = client.users_delta(DeltaStart::Beginning);
    users(&mut walk, &mut people).await.unwrap();
    lab.tenant.expire_delta_tokens();
    let mut walk = client.users_delta(DeltaStart::Cursor(walk.into_cursor().unwrap()));
    assert!(matches!(walk.next_page().await, Err(GraphError::CursorExpired(_))));

    let mut walk = client.users_delta(DeltaStart::Beginning);
    walk.next_page().await.unwrap();
    lab.tenant.expire_page_tokens();
    assert!(matches!(users(&mut walk, &mut people).await, Err(GraphError::CursorExpired(_))));
    assert!(walk.into_cursor().is_none());
}

#[tokio::test]
async fn w3_a_lost_permission_is_named_and_no_answer_about_anybody() {
    let lab = Lab::new(60);
    let client = lab.client();
    let someone: SourceId = lab.tenant.truth().live_users().next().unwrap().id.parse().unwrap();
    lab.tenant.revoke("User.Read.All");
    lab.tenant.expire_access_tokens();
    let error = client.users_delta(DeltaStart::Beginning).next_page().await.unwrap_err();
    assert!(matches!(error, GraphError::ConsentMissing { permission: "User.Read.All", .. }));
    assert_eq!(error.diagnostics().code.as_deref(), Some("Authorization_RequestDenied"));
    assert_eq!(client.user(&someone).await.unwrap(), Lookup::Refused);
}

#[tokio::test]
async fn w3_the_deleted_the_purged_and_the_living_are_told_apart() {
    let lab = Lab::new(60);
    let client = lab.client();
    let truth = lab.tenant.truth();
    let ids: Vec<String> = truth.live_users().take(4).map(|user| user.id.clone()).collect();
    let parsed: Vec<SourceId> = ids.iter().map(|id| id.parse().unwrap()).collect();
    lab.tenant.delete_user(&ids[0]);
    lab.tenant.delete_user(&ids[1]);
    lab.tenant.purge_user(&ids[1]);
    assert_eq!(client.user(&parsed[0]).await.unwrap(), Lookup::Deleted);
    assert_eq!(client.user(&parsed[1]).await.unwrap(), Lookup::Gone);
    assert!(matches!(client.user(&parsed[2]).await.unwrap(), Lookup::Found(_)));
    assert!(client.deleted_users().await.unwrap().contains(&parsed[0]));
    let existence = client.living_ids(&parsed[..3], &parsed[3]).await.unwrap();
    assert_eq!(existence, Existence::Known { living: [parsed[2].clone()].into() });
    lab.tenant.faults(|faults| faults.empty_list = 1.0);
    assert_eq!(client.living_ids(&parsed[..3], &parsed[3]).await.unwrap(), Existence::Unknown);
}

#[tokio::test]
async fn the_tenant_tells_its_name_and_products() {
    let lab = Lab::new(60);
    let organization = lab.client().organization().await.unwrap();
    assert_eq!(organization.id.to_string(), lab.tenant.id());
    assert!(organization.verified_domains.holds("a@muster.example"));
    assert!(!organization.verified_domains.holds("a@intern.muster.example"));
    assert!(!lab.client().subscribed_skus().await.unwrap().is_empty());
}
