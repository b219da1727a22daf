//! The crate's store in memory, in which every agent is bound to the one person there is: the crate asks a new agent for
//! a `login_hint`, which the draft leaves optional, unless its store knows the agent.

use aauth_person_server::{
    Approval, ApprovalStatus, LogEntry, MemoryStore, Mission, Person, Spend, Store, StoreResult,
};
use async_trait::async_trait;

#[derive(Default)]
pub struct OnePersonStore(MemoryStore);

#[async_trait]
impl Store for OnePersonStore {
    async fn binding(&self, tenant: &str, jkt: &str) -> StoreResult<Option<Person>> {
        self.0.bind(tenant, jkt, &Person::new("dana")).await.map(Some)
    }
    async fn bind(&self, tenant: &str, jkt: &str, person: &Person) -> StoreResult<Person> {
        self.0.bind(tenant, jkt, person).await
    }
    async fn mission(&self, tenant: &str, s256: &str) -> StoreResult<Option<Mission>> {
        self.0.mission(tenant, s256).await
    }
    async fn insert_mission(&self, tenant: &str, mission: &Mission) -> StoreResult<bool> {
        self.0.insert_mission(tenant, mission).await
    }
    async fn log_mission(&self, tenant: &str, s256: &str, entry: LogEntry, now: i64) -> StoreResult<bool> {
        self.0.log_mission(tenant, s256, entry, now).await
    }
    async fn end_mission(&self, tenant: &str, s256: &str, at: i64) -> StoreResult<Option<Mission>> {
        self.0.end_mission(tenant, s256, at).await
    }
    async fn spend(
        &self,
        tenant: &str,
        s256: &str,
        amount: u64,
        rule: Spend,
        now: i64,
    ) -> StoreResult<Option<Mission>> {
        self.0.spend(tenant, s256, amount, rule, now).await
    }
    async fn missions(&self, tenant: &str) -> StoreResult<Vec<Mission>> {
        self.0.missions(tenant).await
    }
    async fn approval(&self, tenant: &str, id: &str) -> StoreResult<Option<Approval>> {
        self.0.approval(tenant, id).await
    }
    async fn insert_approval(&self, tenant: &str, approval: &Approval) -> StoreResult<()> {
        self.0.insert_approval(tenant, approval).await
    }
    async fn transition_approval(&self, tenant: &str, expected: ApprovalStatus, next: &Approval) -> StoreResult<bool> {
        self.0.transition_approval(tenant, expected, next).await
    }
    async fn approvals(&self, tenant: &str) -> StoreResult<Vec<Approval>> {
        self.0.approvals(tenant).await
    }
}
