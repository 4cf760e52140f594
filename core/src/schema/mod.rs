//! Structure: a tree held against the schema of its kind, and where a stray field belongs.
//!
//! Nothing is converted: the walk reads the tree in place and asks the tables about one node at a
//! time.

pub mod fit;
pub mod place;
pub mod quantity;
pub mod spelling;
pub mod text;
pub mod walk;
