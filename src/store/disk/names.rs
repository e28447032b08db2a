//! Folders of which some names are not durable yet, and what a power cut may leave of them.
//!
//! Knows: names and their order. Must not know: paths of the system, content.

use super::content::{Content, Loss};
use super::dice::Dice;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a name stands for. Clones are the same file or folder.
#[derive(Clone, Debug)]
pub enum Node {
    File(Arc<Mutex<Content>>),
    Folder(Arc<Mutex<Folder>>),
}

/// Names and what they stand for.
#[derive(Debug, Default)]
pub struct Folder {
    now: BTreeMap<String, Node>,
    durable: BTreeMap<String, Node>,
    /// Since the last sync, in order; each happens as a whole.
    changes: Vec<Vec<(String, Option<Node>)>>,
}

/// Nobody leaves a file half changed; a panic elsewhere does not make it wrong.
pub fn hold<T>(one: &Mutex<T>) -> MutexGuard<'_, T> {
    one.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Node {
    pub fn file(content: Content) -> Self {
        Self::File(Arc::new(Mutex::new(content)))
    }

    pub fn folder() -> Self {
        Self::Folder(Arc::default())
    }

    /// Bytes of the file, or of all files below.
    pub fn bytes(&self) -> u64 {
        match self {
            Node::File(content) => hold(content).now().len() as u64,
            Node::Folder(folder) => hold(folder).now.values().map(Node::bytes).sum(),
        }
    }

    /// A file, or all below, is no longer to be found.
    fn forget(&self) {
        match self {
            Node::File(content) => hold(content).named = false,
            Node::Folder(folder) => hold(folder).remove_all(),
        }
    }

    /// What a power cut leaves of a file or folder whose name survived.
    pub fn after(&self, loss: Loss, dice: &mut Dice) -> Self {
        match self {
            Node::File(content) => Self::file(Content::of(hold(content).after(loss, dice))),
            Node::Folder(folder) => {
                let folder = hold(folder);
                let mut names = folder.durable.clone();
                let some = loss.survive(folder.changes.len(), dice);
                for change in folder.changes.iter().take(some) {
                    apply(&mut names, change);
                }
                let left: BTreeMap<String, Node> = names
                    .into_iter()
                    .map(|(name, node)| (name, node.after(loss, dice)))
                    .collect();
                Self::Folder(Arc::new(Mutex::new(Folder {
                    now: left.clone(),
                    durable: left,
                    changes: Vec::new(),
                })))
            }
        }
    }
}

impl Folder {
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.now.get(name)
    }

    pub fn names(&self) -> impl Iterator<Item = (&String, &Node)> {
        self.now.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.now.is_empty()
    }

    pub fn put(&mut self, name: &str, node: Node) {
        self.change(vec![(name.to_owned(), Some(node))]);
    }

    pub fn remove(&mut self, name: &str) {
        if let Some(node) = self.now.get(name) {
            node.forget();
            self.change(vec![(name.to_owned(), None)]);
        }
    }

    /// What has the new name loses it. False if there is no such name.
    pub fn rename(&mut self, from: &str, to: &str) -> bool {
        let Some(node) = self.now.get(from).cloned() else {
            return false;
        };
        if from != to {
            if let Some(replaced) = self.now.get(to) {
                replaced.forget();
            }
            self.change(vec![(from.to_owned(), None), (to.to_owned(), Some(node))]);
        }
        true
    }

    pub fn sync(&mut self) {
        for change in self.changes.drain(..) {
            apply(&mut self.durable, &change);
        }
    }

    /// Name by name, as a system does it.
    fn remove_all(&mut self) {
        let names: Vec<String> = self.now.keys().cloned().collect();
        for name in names {
            self.remove(&name);
        }
    }

    fn change(&mut self, change: Vec<(String, Option<Node>)>) {
        apply(&mut self.now, &change);
        self.changes.push(change);
    }
}

fn apply(names: &mut BTreeMap<String, Node>, change: &[(String, Option<Node>)]) {
    for (name, node) in change {
        match node {
            Some(node) => names.insert(name.clone(), node.clone()),
            None => names.remove(name),
        };
    }
}
