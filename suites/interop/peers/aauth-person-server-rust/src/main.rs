//! Serves aauth-person-server on 127.0.0.1, as somebody who approves everything at once.
//!
//!     server PORT IDENTIFIER
//!
//! The crate is handed each request and everything it answers goes out as it is. It asks its host for a directory, a
//! store, somebody who decides, and a way to fetch documents: here by ordinary https with the machine's certificates,
//! since its own client (feature `reqwest`) refuses every address that is not public.

mod fetch;
#[path = "../../aauth-protocol-rust/src/serve.rs"]
mod serve;
mod store;

use std::sync::{Arc, OnceLock};

use aauth_person_server::{Approval, Config, Decision, Directory, Hooks, Person, PersonServer};
use async_trait::async_trait;
use bytes::Bytes;

static SERVER: OnceLock<PersonServer> = OnceLock::new();

/// There is one person, who is meant by every hint.
struct OnePerson;

#[async_trait]
impl Directory for OnePerson {
    async fn person(&self, _login_hint: &str, _tenant: &str) -> Option<Person> {
        Some(Person::new("dana"))
    }
}

struct Approves;

#[async_trait]
impl Hooks for Approves {
    async fn on_approval(&self, approval: &Approval) {
        if let Some(server) = SERVER.get() {
            if let Err(problem) = server.decide(&approval.tenant, &approval.id, Decision::approve().by("dana")).await {
                eprintln!("not approved: {problem:?}");
            }
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(port), Some(identifier)) = (arguments.next(), arguments.next()) else {
        return Err("server PORT IDENTIFIER".into());
    };
    let config = Config::new(&identifier, OnePerson, Vec::<String>::new())
        .trust(|provider| provider.ends_with(".aauth.test")) // every name of the lab
        .store(Arc::new(store::OnePersonStore::default()))
        .hooks(Approves)
        .fetch(Arc::new(fetch::Https::new()?))
        .retry_after(std::time::Duration::from_secs(1))
        .name("aauth-person-server 0.1.0");
    let server = PersonServer::new(config)?;
    let server = SERVER.get_or_init(|| server);
    Ok(serve::serve(&port, move |request| {
        pollster::block_on(server.handle(request.map(Bytes::from))).map(|body| body.to_vec())
    })?)
}
