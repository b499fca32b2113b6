//! Bot flows: all of them, and the editor of one.
//!
//! Invariant: what a flow means is decided by `domain::flow`; here it is written, drawn and tried.
//!
//! | file | holds |
//! | --- | --- |
//! | `edit`, `history`, `layout`, `camera`, `difference`, `trial`, `words`, `flaws` | everything that needs no page: plain functions with tests |
//! | `desk`, `lens`, `saving` | the one draft of the editor, what follows from it, what fields show of it, and how it is kept |
//! | `editor` | the page around all of this |
//! | `steps`, `graph` | the two views of the steps |
//! | `panel`, `fields`, `settings` | the forms: a room for each kind of step, and what all are made of |
//! | `add_step` | the sorts of steps, wherever one is added |
//! | `problems` | what keeps it from being published |
//! | `tester`, `ask`, `facts_form`, `kept_tests` | trying it, and keeping what was tried |
//! | `publish`, `compare`, `rollout` | versions, what is different between them, who begins with which, and the way back |
//! | `list`, `archive` | all flows |

#![expect(
    clippy::large_types_passed_by_value,
    reason = "a desk is the keys of its signals, which every closure of the pages owns a copy of"
)]

pub mod add_step;
pub mod archive;
pub mod ask;
pub mod camera;
pub mod compare;
pub mod desk;
pub mod difference;
pub mod edit;
pub mod editor;
pub mod facts_form;
pub mod fields;
pub mod flaws;
pub mod graph;
pub mod history;
pub mod kept_tests;
pub mod layout;
pub mod lens;
pub mod list;
pub mod panel;
pub mod problems;
pub mod publish;
pub mod rollout;
pub mod saving;
pub mod settings;
pub mod steps;
pub mod tester;
pub mod trial;
pub mod words;

pub use editor::FlowEditorPage;
pub use list::FlowsPage;
