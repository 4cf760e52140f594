//! Names that many objects share, each held once.

use std::collections::HashMap;

/// A name of a cluster: equal names have equal symbols.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Symbol(u32);

/// The names of a cluster.
#[derive(Clone, Debug, Default)]
pub(crate) struct Symbols {
    names: Vec<Box<str>>,
    by_name: HashMap<Box<str>, Symbol>,
}

impl Symbols {
    /// The symbol of a name, which is taken in where it is new.
    pub(crate) fn add(&mut self, name: &str) -> Symbol {
        if let Some(symbol) = self.by_name.get(name) {
            return *symbol;
        }
        let symbol = Symbol(self.names.len() as u32);
        self.names.push(name.into());
        self.by_name.insert(name.into(), symbol);
        symbol
    }

    /// The symbol of a name; none where no object of the cluster has it.
    pub(crate) fn find(&self, name: &str) -> Option<Symbol> {
        self.by_name.get(name).copied()
    }

    /// The name behind a symbol.
    pub(crate) fn name(&self, symbol: Symbol) -> &str {
        self.names.get(symbol.0 as usize).map_or("", |name| name)
    }
}
