//! The websites of the installation: read and changed by admins, asked by whatever a host page
//! loads.
//!
//! Invariant: what is refused here is refused to browsers; a program that lies about its origin
//! gets what anybody could read.

pub mod store;

use crate::agents;
use crate::error::Result;
use crate::principal::Admin;
use crate::server::Server;
use domain::api::{Field, ReadWebsites, Refusal, SaveWebsites};
use domain::live::AgentSignal;
use domain::settings::{HostOrigin, Websites};
use std::sync::{Arc, PoisonError, RwLock};

/// The websites of the installation, kept in memory: every page that shows the bubble asks.
#[derive(Debug)]
pub struct KnownWebsites(RwLock<Arc<Websites>>);

impl KnownWebsites {
    /// As the database has them.
    pub fn new(websites: Websites) -> Self {
        Self(RwLock::new(Arc::new(websites)))
    }

    /// As they are now.
    pub fn get(&self) -> Arc<Websites> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known)
    }

    /// They are others from now on, unless still others are known by now.
    fn keep(&self, websites: Websites) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.version < websites.version {
            *known = Arc::new(websites);
        }
    }
}

/// As they are.
pub async fn read(server: &Server, _: &Admin, _: ReadWebsites) -> Result<Websites> {
    let websites = store::read(&server.db).await?;
    // Somebody may have gone in the moment in which their save was done.
    server.websites.keep(websites.clone());
    Ok(websites)
}

/// Others from now on.
pub async fn save(server: &Server, who: &Admin, request: SaveWebsites) -> Result<Websites> {
    let SaveWebsites { mut websites } = request;
    // Once each, in an order, and not too many: as if they had been typed.
    let typed = HostOrigin::write_all(&websites.origins);
    websites.origins = HostOrigin::parse_all(&typed).map_err(|reason| Refusal::Invalid {
        field: Field::Origins,
        reason,
    })?;
    let mut tx = server.db.begin().await?;
    if !store::save(&mut tx, &websites).await? {
        return Err(Refusal::Changed.into());
    }
    agents::audit(server, &mut tx, who, "save_websites", "installation").await?;
    tx.commit().await?;
    websites.version += 1;
    server.websites.keep(websites.clone());
    server.hub.tell_agents(&AgentSignal::Settings);
    Ok(websites)
}
