//! The routes of the agents' area. Rendered by the server, taken over by `hydrate`.
//!
//! Invariant: a page's address is all it needs to be shown again after a reload.

use crate::admin::leaving;
use crate::admin::{
    AdminArea, AgentsPage, ApiClientsPage, AppearancePage, BotPage, CustomFieldsPage, EmbedPage,
    FlowEditorPage, FlowsPage, HoursPage, IdentityMoved, IdentityPage, ProfileArea, ProfileMoved,
    ProfilePage, ProfilesPage, RulesPage, TeamsPage, WordingPage, WordsMoved,
};
use crate::around::{ErrorPage, Problem, SignInPage};
use crate::chat::ChatArea;
use crate::frame::SignedIn;
use crate::locale::{around as text, t};
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::SsrMode;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::path;

/// The address of every page, for those who look at them all: the accessibility scan, the
/// screenshots. A unit test holds it against the routes below.
pub const ADDRESSES: [&str; 21] = [
    "/app/sign-in",
    "/app",
    "/app/c/:conversation",
    "/app/admin/agents",
    "/app/admin/teams",
    "/app/admin/profile",
    "/app/admin/words",
    "/app/admin/flows",
    "/app/admin/flows/:flow",
    "/app/admin/identity",
    "/app/admin/profiles",
    "/app/admin/profiles/:profile",
    "/app/admin/profiles/:profile/appearance",
    "/app/admin/profiles/:profile/availability",
    "/app/admin/profiles/:profile/rules",
    "/app/admin/profiles/:profile/bot",
    "/app/admin/profiles/:profile/words",
    "/app/admin/profiles/:profile/identity",
    "/app/admin/profiles/:profile/embed",
    "/app/admin/fields",
    "/app/admin/api-clients",
];

/// Every page of the agents' area.
#[component]
pub fn Pages() -> impl IntoView {
    provide_meta_context();
    leaving::watch();
    view! {
        <Title text=t(text::PRODUCT) />
        <Router>
            <Routes fallback=|| view! { <ErrorPage problem=Problem::NotFound /> }>
                <Route path=path!("/app/sign-in") view=SignInPage ssr=SsrMode::Async />
                <ParentRoute path=path!("/app") view=SignedIn ssr=SsrMode::Async>
                    // The area outlives its addresses: opening another conversation must not
                    // move the list.
                    <ParentRoute path=path!("") view=ChatArea ssr=SsrMode::Async>
                        <Route path=path!("") view=|| () ssr=SsrMode::Async />
                        <Route path=path!("c/:conversation") view=|| () ssr=SsrMode::Async />
                    </ParentRoute>
                    <ParentRoute path=path!("admin") view=AdminArea ssr=SsrMode::Async>
                        <Route path=path!("agents") view=AgentsPage ssr=SsrMode::Async />
                        <Route path=path!("teams") view=TeamsPage ssr=SsrMode::Async />
                        <Route path=path!("profile") view=ProfileMoved ssr=SsrMode::Async />
                        <Route path=path!("words") view=WordsMoved ssr=SsrMode::Async />
                        <Route path=path!("identity") view=IdentityMoved ssr=SsrMode::Async />
                        <Route path=path!("profiles") view=ProfilesPage ssr=SsrMode::Async />
                        <ParentRoute
                            path=path!("profiles/:profile")
                            view=ProfileArea
                            ssr=SsrMode::Async
                        >
                            <Route path=path!("") view=ProfilePage ssr=SsrMode::Async />
                            <Route
                                path=path!("appearance")
                                view=AppearancePage
                                ssr=SsrMode::Async
                            />
                            <Route path=path!("words") view=WordingPage ssr=SsrMode::Async />
                            <Route path=path!("availability") view=HoursPage ssr=SsrMode::Async />
                            <Route path=path!("rules") view=RulesPage ssr=SsrMode::Async />
                            <Route path=path!("bot") view=BotPage ssr=SsrMode::Async />
                            <Route path=path!("identity") view=IdentityPage ssr=SsrMode::Async />
                            <Route path=path!("embed") view=EmbedPage ssr=SsrMode::Async />
                        </ParentRoute>
                        <Route path=path!("flows") view=FlowsPage ssr=SsrMode::Async />
                        <Route
                            path=path!("flows/:flow")
                            view=FlowEditorPage
                            ssr=SsrMode::Async
                        />
                        <Route path=path!("fields") view=CustomFieldsPage ssr=SsrMode::Async />
                        <Route path=path!("api-clients") view=ApiClientsPage ssr=SsrMode::Async />
                    </ParentRoute>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leptos_router::{PathSegment, RouteList};

    #[test]
    fn the_list_of_addresses_is_the_list_of_routes() {
        let _ = any_spawner::Executor::init_futures_executor();
        let owner = Owner::new();
        let routes = owner.with(|| {
            provide_context(leptos_router::location::RequestUrl::new(""));
            RouteList::generate(|| view! { <Pages /> })
        });
        let mut found: Vec<String> = routes
            .unwrap()
            .into_inner()
            .iter()
            .map(|route| address(route.path()))
            .collect();
        let mut listed = ADDRESSES.map(str::to_owned).to_vec();
        found.sort();
        listed.sort();
        assert_eq!(found, listed);
    }

    fn address(segments: &[PathSegment]) -> String {
        let mut address = String::new();
        for segment in segments {
            match segment {
                PathSegment::Static(part) if !part.is_empty() => {
                    if !part.starts_with('/') {
                        address.push('/');
                    }
                    address.push_str(part);
                }
                PathSegment::Param(name) => {
                    address.push_str("/:");
                    address.push_str(name);
                }
                _ => {}
            }
        }
        address
    }
}
